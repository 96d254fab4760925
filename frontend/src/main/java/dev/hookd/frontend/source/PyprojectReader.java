package dev.hookd.frontend.source;

import dev.hookd.frontend.InvalidProjectException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import org.tomlj.TomlVersion;

/**
 * Reads the {@code [build-system]} table (PEP 518, with {@code build-backend} and {@code
 * backend-path} of PEP 517). As strict as the JSON schema of PEP 518 and the {@code build} tool;
 * every error names file, position, key, what was found and what is expected.
 */
final class PyprojectReader {

  static final String FILE_NAME = "pyproject.toml";

  /** Far above the largest in the wild (some 200 kB); the parser takes seconds for this much. */
  static final int MAX_BYTES = 1 << 20;

  private static final String TABLE = "build-system";
  private static final Set<String> KEYS =
      new TreeSet<>(Set.of("requires", "build-backend", "backend-path"));

  /**
   * The part of PEP 508 that is cheap and certain: a name, then nothing or what may follow one. The
   * installer judges the rest.
   */
  private static final Pattern REQUIREMENT =
      Pattern.compile(
          "[ \\t]*[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?[ \\t]*(?:[\\[(<>=!~;@].*)?");

  /**
   * PEP 517's {@code module.path:object.path}, without the demand that each part be an identifier:
   * a module file can have any name, and the import then works.
   */
  private static final Pattern BACKEND =
      Pattern.compile(
          "[^\\s.:/\\\\]+(?:\\.[^\\s.:/\\\\]+)*(?::[^\\s.:/\\\\]+(?:\\.[^\\s.:/\\\\]+)*)?");

  private final Path root;
  private final Path file;

  private PyprojectReader(Path root) {
    this.root = root;
    this.file = root.resolve(FILE_NAME);
  }

  /**
   * @param root the real path of a source tree
   * @throws InvalidProjectException when the file cannot be read or breaks a rule
   */
  static BuildSystem read(Path root) {
    return new PyprojectReader(root).read();
  }

  private BuildSystem read() {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return BuildSystem.defaults(BuildSystem.Origin.DEFAULT_FILE_MISSING);
    }
    TomlParseResult toml = parse(decode(readBytes()));
    Object table = toml.get(List.of(TABLE));
    if (table == null) {
      return BuildSystem.defaults(BuildSystem.Origin.DEFAULT_TABLE_MISSING);
    }
    if (!(table instanceof TomlTable buildSystem)) {
      throw invalid(
          toml.inputPositionOf(List.of(TABLE)),
          TABLE + " is " + describe(table) + "; expected a table",
          "Write [build-system] with single brackets, and the keys below it.",
          null);
    }
    return interpret(buildSystem, toml.inputPositionOf(List.of(TABLE)));
  }

  private BuildSystem interpret(TomlTable table, @Nullable TomlPosition header) {
    for (String key : table.keySet()) {
      if (!KEYS.contains(key)) {
        throw invalid(
            table.inputPositionOf(List.of(key)),
            "[build-system] has the unknown key "
                + Quoted.of(key)
                + "; PEP 518 knows "
                + String.join(", ", KEYS),
            similarKeyHint(key),
            null);
      }
    }
    if (!table.contains(List.of("requires"))) {
      throw invalid(
          header,
          "[build-system] has no key 'requires', which PEP 518 makes mandatory",
          "Add requires = [...]; for setuptools: requires = [\"setuptools\"].",
          null);
    }
    List<String> requires = strings(table, "requires", "such as \"setuptools>=61\"");
    for (int i = 0; i < requires.size(); i++) {
      checkRequirement(table, i, requires.get(i));
    }
    boolean hasPath = table.contains(List.of("backend-path"));
    if (!table.contains(List.of("build-backend"))) {
      if (hasPath) {
        throw invalid(
            table.inputPositionOf(List.of("backend-path")),
            "build-system.backend-path is given without build-system.build-backend",
            "Name the backend that lies on the path: build-backend = \"module\".",
            null);
      }
      return new BuildSystem(
          requires, BuildSystem.LEGACY_BACKEND, List.of(), BuildSystem.Origin.REQUIRES_ONLY);
    }
    String backend = backend(table);
    List<String> path = hasPath ? backendPath(table) : List.of();
    return new BuildSystem(requires, backend, path, BuildSystem.Origin.DECLARED);
  }

  private void checkRequirement(TomlTable table, int index, String requirement) {
    if (!REQUIREMENT.matcher(requirement).matches()) {
      throw invalid(
          elementPosition(table, "requires", index),
          "build-system.requires["
              + index
              + "] is "
              + Quoted.of(requirement)
              + "; expected a PEP 508 requirement: a name, then extras, versions, markers",
          requirement.contains("://")
              ? "A requirement from an address is written \"name @ address\"."
              : null,
          null);
    }
  }

  private String backend(TomlTable table) {
    Object value = table.get(List.of("build-backend"));
    TomlPosition position = table.inputPositionOf(List.of("build-backend"));
    if (!(value instanceof String backend)) {
      throw invalid(
          position,
          "build-system.build-backend is "
              + describe(value)
              + "; expected a string such as \"setuptools.build_meta\"",
          null,
          null);
    }
    if (!BACKEND.matcher(backend).matches()) {
      throw invalid(
          position,
          "build-system.build-backend is "
              + Quoted.of(backend)
              + "; expected module.path or module.path:object.path (PEP 517)",
          backend.isEmpty() ? "Leave the key out to get the legacy setuptools backend." : null,
          null);
    }
    return backend;
  }

  private List<String> backendPath(TomlTable table) {
    List<String> path = strings(table, "backend-path", "with a directory of the source tree");
    for (int i = 0; i < path.size(); i++) {
      String problem = BackendPath.problem(root, path.get(i));
      if (problem != null) {
        throw invalid(
            elementPosition(table, "backend-path", i),
            "build-system.backend-path[" + i + "] is " + Quoted.of(path.get(i)) + ", " + problem,
            "PEP 517: each entry is a directory inside the source tree, relative to its root;"
                + " \".\" is the root.",
            null);
      }
    }
    return path;
  }

  private List<String> strings(TomlTable table, String key, String example) {
    Object value = table.get(List.of(key));
    if (!(value instanceof TomlArray array)) {
      throw invalid(
          table.inputPositionOf(List.of(key)),
          "build-system." + key + " is " + describe(value) + "; expected a list of strings",
          value instanceof String ? "Put the string in brackets: " + key + " = [\"...\"]." : null,
          null);
    }
    List<String> strings = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      Object element = array.get(i);
      if (!(element instanceof String string)) {
        throw invalid(
            array.inputPositionOf(i),
            "build-system."
                + key
                + "["
                + i
                + "] is "
                + describe(element)
                + "; expected a string "
                + example,
            null,
            null);
      }
      strings.add(string);
    }
    return strings;
  }

  private static @Nullable TomlPosition elementPosition(TomlTable table, String key, int index) {
    TomlArray array = table.getArray(List.of(key));
    return array == null ? null : array.inputPositionOf(index);
  }

  private byte[] readBytes() {
    if (!Files.isRegularFile(file)) {
      String kind =
          Files.isDirectory(file)
              ? "a directory"
              : Files.exists(file) ? "not a regular file" : "a symbolic link that leads nowhere";
      throw invalid(null, "is " + kind + "; expected a TOML file", null, null);
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw invalid(null, "cannot be read: " + e, null, e);
    }
    if (bytes.length > MAX_BYTES) {
      throw invalid(null, "is larger than the limit of " + MAX_BYTES + " bytes", null, null);
    }
    return bytes;
  }

  private String decode(byte[] bytes) {
    if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
      // tomllib refuses it too, so that pip, build and the backends all fail on such a file.
      throw invalid(
          null, "begins with a byte order mark", "Save the file as UTF-8 without BOM.", null);
    }
    if (startsWith(bytes, 0xFF, 0xFE) || startsWith(bytes, 0xFE, 0xFF)) {
      throw invalid(null, "is UTF-16; TOML is UTF-8", "Save the file as UTF-8.", null);
    }
    ByteBuffer input = ByteBuffer.wrap(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(input).toString();
    } catch (CharacterCodingException e) {
      int line = 1;
      int column = 1;
      // The decoder stops in front of the bad sequence.
      for (int i = 0; i < input.position(); i++) {
        if (bytes[i] == '\n') {
          line++;
          column = 1;
        } else if ((bytes[i] & 0xC0) != 0x80) {
          column++;
        }
      }
      throw invalid(
          TomlPosition.positionAt(line, column),
          String.format(Locale.ROOT, "is not UTF-8: byte 0x%02x", bytes[input.position()] & 0xFF),
          "Save the file as UTF-8.",
          e);
    }
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    if (bytes.length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if ((bytes[i] & 0xFF) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private TomlParseResult parse(String text) {
    TomlParseResult result;
    try {
      // The version that CPython's tomllib and the backends' copies of tomli read.
      result = Toml.parse(text, TomlVersion.V1_0_0);
    } catch (StackOverflowError e) {
      // The parser recurses; no honest project nests arrays thousands deep.
      throw invalid(null, "is not valid TOML: nested too deeply", null, e);
    } catch (RuntimeException e) {
      // It reports errors as values; what it throws all the same is still about this text.
      throw invalid(null, "cannot be read as TOML: " + e, null, e);
    }
    if (result.hasErrors()) {
      TomlParseError first = result.errors().get(0);
      int more = result.errors().size() - 1;
      throw invalid(
          first.position(),
          "is not valid TOML: "
              + first.getMessage()
              + (more == 0 ? "" : " (and " + more + " more after it)"),
          null,
          first);
    }
    return result;
  }

  private static @Nullable String similarKeyHint(String key) {
    String normalized = key.replace('_', '-').toLowerCase(Locale.ROOT);
    if (KEYS.contains(normalized)) {
      return "Did you mean '" + normalized + "'?";
    }
    if (normalized.equals("require") || normalized.equals("dependencies")) {
      return "Did you mean 'requires'?";
    }
    return normalized.equals("backend") ? "Did you mean 'build-backend'?" : null;
  }

  private static String describe(@Nullable Object value) {
    if (value instanceof String string) {
      return "the string " + Quoted.of(string);
    }
    if (value instanceof Long) {
      return "the integer " + value;
    }
    if (value instanceof Double) {
      return "the float " + value;
    }
    if (value instanceof Boolean) {
      return "the boolean " + value;
    }
    if (value instanceof TomlArray array) {
      return array.size() > 0 && array.get(0) instanceof TomlTable
          ? "an array of tables"
          : "an array";
    }
    return value instanceof TomlTable ? "a table" : "the date or time " + value;
  }

  private InvalidProjectException invalid(
      @Nullable TomlPosition position,
      String problem,
      @Nullable String hint,
      @Nullable Throwable cause) {
    String place = position == null ? "" : ":" + position.line() + ":" + position.column();
    return new InvalidProjectException(file + place + ": " + problem, hint, cause);
  }
}
