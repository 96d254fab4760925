package dev.hookd.frontend.metadata;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

/**
 * Reads the e-mail style headers of core metadata. The specification names Python's {@code email}
 * package as the format's reference; what differs from mail is the encoding, which is UTF-8
 * throughout.
 */
final class HeaderFields {

  /** Core metadata has long lines and many headers, and comes from a file of known size. */
  private static final MimeConfig UNLIMITED =
      MimeConfig.custom()
          .setMaxLineLen(-1)
          .setMaxHeaderLen(-1)
          .setMaxHeaderCount(-1)
          .setMaxContentLen(-1)
          .build();

  private HeaderFields() {}

  /**
   * Hands over each header's name and unfolded value.
   *
   * @return the body; empty when there is none
   */
  static String read(byte[] file, BiConsumer<String, String> fields) {
    MimeTokenStream tokens = new MimeTokenStream(UNLIMITED);
    tokens.setRecursionMode(RecursionMode.M_FLAT);
    tokens.parse(new ByteArrayInputStream(file));
    String body = "";
    try {
      for (EntityState state = tokens.getState();
          state != EntityState.T_END_OF_STREAM;
          state = tokens.next()) {
        if (state == EntityState.T_FIELD) {
          byte[] raw = tokens.getField().getRaw().toByteArray();
          fields.accept(
              tokens.getField().getName(), value(new String(raw, StandardCharsets.UTF_8)));
        } else if (state == EntityState.T_BODY) {
          body = new String(tokens.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
      }
    } catch (IOException | MimeException e) {
      throw new IllegalArgumentException("the core metadata cannot be read: " + e.getMessage(), e);
    }
    return body;
  }

  /**
   * The value of a raw header: after the colon, continuation lines without the indentation that
   * writers give them.
   */
  private static String value(String header) {
    String folded = header.substring(header.indexOf(':') + 1).strip();
    if (folded.indexOf('\n') < 0) {
      return folded;
    }
    StringBuilder value = new StringBuilder();
    folded
        .lines()
        .forEach(
            line -> value.append(value.isEmpty() ? "" : "\n").append(withoutIndentation(line)));
    return value.toString();
  }

  /** Distutils folds with eight spaces, metadata 2.x with seven and a bar. */
  private static String withoutIndentation(String line) {
    if (line.startsWith("       |") || line.startsWith("        ")) {
      return line.substring(8);
    }
    return line.stripLeading();
  }
}
