package dev.hookd.frontend.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Writes tar archives byte by byte, so that a test can write what no honest writer would. */
final class RawTar {

  static final long TIME = 1_600_000_000L;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  RawTar directory(String name) {
    return entry(name, '5', "", 0755, TIME, new byte[0]);
  }

  RawTar file(String name, String content) {
    return file(name, 0644, content);
  }

  RawTar file(String name, int mode, String content) {
    return entry(name, '0', "", mode, TIME, content.getBytes(StandardCharsets.UTF_8));
  }

  RawTar symbolicLink(String name, String target) {
    return entry(name, '2', target, 0777, TIME, new byte[0]);
  }

  RawTar hardLink(String name, String target) {
    return entry(name, '1', target, 0644, TIME, new byte[0]);
  }

  RawTar entry(String name, char type, String link, int mode, long time, byte[] content) {
    return entry(
        name.getBytes(StandardCharsets.UTF_8), type, link, mode, time, content.length, content);
  }

  /** An entry whose header may announce another size than its content has. */
  RawTar entry(
      byte[] name, char type, String link, int mode, long time, long size, byte[] content) {
    byte[] header = new byte[512];
    System.arraycopy(name, 0, header, 0, Math.min(name.length, 100));
    octal(header, 100, 8, mode);
    octal(header, 108, 8, 0);
    octal(header, 116, 8, 0);
    octal(header, 124, 12, size);
    octal(header, 136, 12, time);
    header[156] = (byte) type;
    byte[] linkBytes = link.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(linkBytes, 0, header, 157, Math.min(linkBytes.length, 100));
    System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, header, 257, 8);
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xFF;
    }
    octal(header, 148, 7, sum);
    out.writeBytes(header);
    out.writeBytes(content);
    out.writeBytes(new byte[(512 - content.length % 512) % 512]);
    return this;
  }

  /** A pax header for the entry that follows. */
  RawTar pax(String key, String value) {
    byte[] rest = (" " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8);
    int length = rest.length + 1;
    while (String.valueOf(length).length() + rest.length != length) {
      length = String.valueOf(length).length() + rest.length;
    }
    byte[] record = (length + " " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8);
    return entry("PaxHeader", 'x', "", 0644, TIME, record);
  }

  /** GNU tar's long name (type L) or long link name (type K) for the entry that follows. */
  RawTar gnuLong(char type, String name) {
    return entry("././@LongLink", type, "", 0, 0, (name + "\0").getBytes(StandardCharsets.UTF_8));
  }

  /** The archive, ended by two empty records. */
  byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(out.toByteArray());
    all.writeBytes(new byte[1024]);
    return all.toByteArray();
  }

  /** The records so far, without an end. */
  byte[] unfinished() {
    return out.toByteArray();
  }

  Path gzip(Path file) {
    return gzip(bytes(), file);
  }

  static Path gzip(byte[] bytes, Path file) {
    try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
      gzip.write(bytes);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void octal(byte[] header, int at, int length, long value) {
    String digits = String.format(Locale.ROOT, "%0" + (length - 1) + "o", value);
    System.arraycopy(digits.getBytes(StandardCharsets.US_ASCII), 0, header, at, length - 1);
    header[at + length - 1] = 0;
  }
}
