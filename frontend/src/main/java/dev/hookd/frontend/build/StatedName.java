package dev.hookd.frontend.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tomlj.Toml;
import org.tomlj.TomlInvalidTypeException;

/**
 * The name that a project states before any of its code has run: in {@code PKG-INFO}, as each sdist
 * has it, or in {@code [project]} (PEP 621, where a name is never dynamic).
 */
final class StatedName {

  private static final Logger LOG = LoggerFactory.getLogger(StatedName.class);

  /** The name stands near the top of the headers; {@code pyproject.toml} may have no more. */
  private static final int MAX_BYTES = 1 << 20;

  private static final String HEADER = "name:";

  private StatedName() {}

  /** The name in the project's own spelling; {@code null} if it states none. */
  static @Nullable String of(Path tree) {
    String name = header(text(tree.resolve("PKG-INFO")));
    if (name.isEmpty()) {
      name = ofTable(text(tree.resolve("pyproject.toml")));
    }
    if (name.isEmpty()) {
      LOG.debug("{} states no name: no options for single packages apply to it", tree);
      return null;
    }
    return name;
  }

  /** What is wrong with the file is told by whoever reads it for what it says. */
  private static String ofTable(String pyproject) {
    try {
      return Toml.parse(pyproject).getString("project.name", () -> "");
    } catch (TomlInvalidTypeException e) {
      LOG.debug("no name", e);
      return "";
    }
  }

  /** Up to the empty line that ends the headers; the description may hold anything. */
  private static String header(String headers) {
    return headers
        .lines()
        .takeWhile(line -> !line.isEmpty())
        .filter(line -> line.regionMatches(true, 0, HEADER, 0, HEADER.length()))
        .map(line -> line.substring(HEADER.length()).strip())
        .findFirst()
        .orElse("");
  }

  /** Empty where there is no such file. */
  private static String text(Path file) {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
