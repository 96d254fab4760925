package dev.hookd.frontend.metadata;

import dev.hookd.frontend.MetadataSource;
import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.requirement.Version;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;
import org.tomlj.TomlVersion;

/**
 * The {@code [project]} table (PEP 621) as an answer about {@link MetadataField#RESOLUTION}, where
 * the backend is a {@link TrustedBackend}. The metadata made of it mean what the backend's would,
 * and need not be written the same: each backend orders and spaces requirements in its own way.
 * Whatever is unusual is left to the backend: this refuses rather than guesses.
 */
final class ProjectTable {

  static final String FILE_NAME = "pyproject.toml";

  private static final String PROJECT = "project";

  /** As large as a file whose build system is read may be. */
  private static final int MAX_BYTES = 1 << 20;

  /** The fields, and the keys that they come from. */
  private static final Map<MetadataField, List<String>> KEYS =
      Map.of(
          MetadataField.NAME, List.of("name"),
          MetadataField.VERSION, List.of("version"),
          MetadataField.REQUIRES_DIST, List.of("dependencies", "optional-dependencies"),
          MetadataField.REQUIRES_PYTHON, List.of("requires-python"),
          MetadataField.PROVIDES_EXTRA, List.of("optional-dependencies"));

  private final Map<String, byte[]> files;

  private ProjectTable(Map<String, byte[]> files) {
    this.files = files;
  }

  /**
   * What the table says about these fields.
   *
   * @param files the files of {@link StaticMetadata#FILES} that there are, {@code pyproject.toml}
   *     among them
   */
  static StaticAnswer answer(Map<String, byte[]> files, Set<MetadataField> needed) {
    Set<MetadataField> unknown = new TreeSet<>(needed);
    unknown.removeAll(KEYS.keySet());
    if (!unknown.isEmpty()) {
      return new StaticAnswer.Unknown(
          "pyproject.toml does not tell for certain: "
              + unknown.stream().map(MetadataField::label).collect(Collectors.joining(", ")));
    }
    try {
      return new ProjectTable(files).read(needed);
    } catch (UncertainException e) {
      return new StaticAnswer.Unknown("pyproject.toml: " + e.getMessage());
    }
  }

  /** The project's backend, if it is one of those; without a file setuptools (PEP 517). */
  static Optional<TrustedBackend> backend(byte @Nullable [] pyproject) {
    if (pyproject == null) {
      return Optional.of(TrustedBackend.SETUPTOOLS);
    }
    try {
      TomlTable file = parse(pyproject);
      if (!file.contains(List.of("build-system"))) {
        return Optional.of(TrustedBackend.SETUPTOOLS);
      }
      TomlTable buildSystem = table(file, "build-system");
      if (!buildSystem.contains(List.of("build-backend"))) {
        return Optional.of(TrustedBackend.SETUPTOOLS);
      }
      return buildSystem.contains(List.of("backend-path"))
          ? Optional.empty()
          : TrustedBackend.of(String.valueOf(buildSystem.get(List.of("build-backend"))));
    } catch (UncertainException e) {
      return Optional.empty();
    }
  }

  /** {@code project.requires-python}, where it can be read and is not dynamic. */
  static Optional<String> requiresPython(byte[] pyproject) {
    try {
      TomlTable project = table(parse(pyproject), PROJECT);
      return project.get(List.of("requires-python")) instanceof String specifiers
          ? Optional.of(specifiers)
          : Optional.empty();
    } catch (UncertainException e) {
      return Optional.empty(); // whoever builds it says what is wrong
    }
  }

  private StaticAnswer read(Set<MetadataField> needed) throws UncertainException {
    TomlTable pyproject = parse(files.getOrDefault(FILE_NAME, new byte[0]));
    TomlTable project = table(pyproject, PROJECT);
    TrustedBackend backend = trustedBackend(pyproject);
    List<String> dynamic = strings(project, "dynamic");
    for (MetadataField field : KEYS.keySet()) {
      // Name and Version are in every answer.
      boolean wanted =
          needed.contains(field) || field == MetadataField.NAME || field == MetadataField.VERSION;
      for (String key : KEYS.getOrDefault(field, List.of())) {
        if (wanted && dynamic.contains(key)) {
          throw new UncertainException(field.label() + " is dynamic (project." + key + ")");
        }
      }
    }
    String name = required(project, "name", ProjectName::isValid);
    String version = required(project, "version", ProjectTable::isCanonical);
    StringBuilder text = new StringBuilder("Metadata-Version: 2.1\n");
    text.append("Name: ").append(name).append("\nVersion: ").append(version).append('\n');
    if (project.contains(List.of("requires-python"))) {
      String python = required(project, "requires-python", PlainRequirement::isSpecifiers);
      text.append("Requires-Python: ").append(python.strip()).append('\n');
    }
    for (PlainRequirement requirement : requirements(project, "dependencies")) {
      text.append(requirement.header(null));
    }
    addExtras(project, backend, text);
    Set<MetadataField> known = new TreeSet<>(KEYS.keySet());
    known.removeIf(
        field -> KEYS.getOrDefault(field, List.of()).stream().anyMatch(dynamic::contains));
    return new StaticAnswer.Known(
        CoreMetadata.parse(text.toString().getBytes(StandardCharsets.UTF_8)),
        MetadataSource.STATIC_PYPROJECT,
        known);
  }

  private TrustedBackend trustedBackend(TomlTable pyproject) throws UncertainException {
    TomlTable buildSystem = table(pyproject, "build-system");
    if (buildSystem.contains(List.of("backend-path"))) {
      throw new UncertainException("its backend is in the tree");
    }
    Object object = buildSystem.get(List.of("build-backend"));
    TrustedBackend backend =
        TrustedBackend.of(String.valueOf(object))
            .orElseThrow(
                () -> new UncertainException("the backend " + object + " may change [project]"));
    String objection = backend.objection(pyproject, files);
    if (objection == null) {
      objection = backend.objection(strings(buildSystem, "requires"));
    }
    if (objection != null) {
      throw new UncertainException(objection);
    }
    return backend;
  }

  private static void addExtras(TomlTable project, TrustedBackend backend, StringBuilder text)
      throws UncertainException {
    if (!project.contains(List.of("optional-dependencies"))) {
      return;
    }
    TomlTable extras = table(project, "optional-dependencies");
    String name = ProjectName.normalize(required(project, "name", ProjectName::isValid));
    for (String extra : extras.keySet()) {
      List<PlainRequirement> requirements = requirements(extras, extra);
      if (!PlainRequirement.isExtra(extra) || requirements.isEmpty()) {
        throw new UncertainException("the extra '" + extra + "' is unusual");
      }
      text.append("Provides-Extra: ").append(extra).append('\n');
      for (PlainRequirement requirement : requirements) {
        if (requirement.name().equals(name) && backend == TrustedBackend.HATCHLING) {
          throw new UncertainException(
              "hatchling writes what the extras in '" + requirement.base() + "' require");
        }
        text.append(requirement.header(extra));
      }
    }
  }

  private static List<PlainRequirement> requirements(TomlTable table, String key)
      throws UncertainException {
    List<PlainRequirement> requirements = new ArrayList<>();
    Set<String> meanings = new HashSet<>();
    for (String text : strings(table, key)) {
      PlainRequirement requirement =
          PlainRequirement.tryParse(text)
              .orElseThrow(
                  () -> new UncertainException("the dependency '" + text + "' is unusual"));
      if (!meanings.add(requirement.meaning())) {
        throw new UncertainException("the dependency '" + text + "' comes twice");
      }
      requirements.add(requirement);
    }
    return requirements;
  }

  /** What no backend normalises any further (PEP 440, "Normalization"). */
  private static boolean isCanonical(String version) {
    return Version.tryParse(version).map(Version::toString).filter(version::equals).isPresent();
  }

  private static String required(TomlTable table, String key, Predicate<String> form)
      throws UncertainException {
    if (table.get(List.of(key)) instanceof String value && form.test(value)) {
      return value;
    }
    throw new UncertainException("project." + key + " is missing or unusual");
  }

  private static TomlTable table(TomlTable parent, String key) throws UncertainException {
    if (parent.get(List.of(key)) instanceof TomlTable table) {
      return table;
    }
    throw new UncertainException("there is no table [" + key + "]");
  }

  /** The strings of a list; none when there is no such key. */
  private static List<String> strings(TomlTable table, String key) throws UncertainException {
    Object value = table.get(List.of(key));
    if (value == null) {
      return List.of();
    }
    List<String> strings = new ArrayList<>();
    if (value instanceof TomlArray array) {
      for (Object element : array.toList()) {
        if (element instanceof String string) {
          strings.add(string);
        }
      }
      if (strings.size() == array.size()) {
        return strings;
      }
    }
    throw new UncertainException(key + " is no list of strings");
  }

  private static TomlTable parse(byte[] file) throws UncertainException {
    if (file.length > MAX_BYTES) {
      throw new UncertainException("it is larger than " + MAX_BYTES + " bytes");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString();
      TomlParseResult result = Toml.parse(text, TomlVersion.V1_0_0);
      if (!result.hasErrors()) {
        return result;
      }
    } catch (CharacterCodingException | RuntimeException | StackOverflowError e) {
      // The parser throws for some texts, and recurses. Whoever builds it says what is wrong.
      throw new UncertainException("it cannot be read");
    }
    throw new UncertainException("it is no valid TOML");
  }

  /** Why the backend must be asked. */
  private static final class UncertainException extends Exception {
    private static final long serialVersionUID = 1L;

    UncertainException(String reason) {
      super(reason, null, false, false);
    }
  }
}
