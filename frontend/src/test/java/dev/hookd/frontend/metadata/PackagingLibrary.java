package dev.hookd.frontend.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.frontend.Processes;
import dev.hookd.frontend.environment.BuildEnvironments;
import dev.hookd.frontend.environment.EnvironmentSpec;
import dev.hookd.frontend.environment.EnvironmentsConfig;
import dev.hookd.frontend.environment.InstallerKind;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.system.CacheDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * {@code packaging.metadata}, from an environment in the cache directory that has it: the first
 * time it needs a package registry.
 */
final class PackagingLibrary {

  private static final String REQUIREMENT = "packaging==26.3";

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /**
   * Reads a file in base64 a line, and answers with what is in it, and what it means to a resolver,
   * a line each. Older Pythons keep a line end before a value that begins on its second line.
   */
  private static final String PROGRAM =
      """
      import base64, email._policybase, json, sys
      from packaging.markers import Marker
      from packaging.metadata import _RAW_TO_EMAIL_MAPPING, parse_email
      from packaging.requirements import Requirement
      from packaging.specifiers import SpecifierSet
      from packaging.utils import canonicalize_name
      from packaging.version import Version

      def header_source_parse(self, lines):
          name, value = lines[0].split(":", 1)
          return name, "".join((value, *lines[1:])).lstrip(" \\t\\r\\n").rstrip("\\r\\n")

      email._policybase.Compat32.header_source_parse = header_source_parse

      def requirement(text):
          r = Requirement(text)
          marker = []
          if r.marker:
              parts = r.marker._markers
              if "or" in parts:
                  marker = [str(r.marker)]
              else:
                  for part in parts:
                      if part != "and":
                          one = Marker("os_name == 'x'")
                          one._markers = [part]
                          marker.append(str(one))
          return [canonicalize_name(r.name), sorted(r.extras), sorted(map(str, r.specifier)),
                  r.url, sorted(marker)]

      def meaning(raw):
          return {
              "name": canonicalize_name(raw["name"]),
              "version": str(Version(raw["version"])),
              "python": sorted(map(str, SpecifierSet(raw.get("requires_python", "")))),
              "extras": sorted({canonicalize_name(e) for e in raw.get("provides_extra", [])}),
              "requires": sorted(map(requirement, raw.get("requires_dist", [])), key=repr),
          }

      for line in sys.stdin:
          raw, unparsed = parse_email(base64.b64decode(line))
          answer = {
              "raw": {_RAW_TO_EMAIL_MAPPING[k]: v for k, v in raw.items()},
              "unparsed": {
                  k: [v.decode("latin1") if isinstance(v, bytes) else v for v in values]
                  for k, values in unparsed.items()
              },
          }
          try:
              answer["meaning"] = meaning(raw)
          except Exception as e:
              answer["meaning"] = repr(e)
          sys.stdout.write(json.dumps(answer) + "\\n")
      """;

  private PackagingLibrary() {}

  /** What it makes of each file: {@code raw} and {@code unparsed}, by field, and a meaning. */
  static List<JsonNode> parse(Path directory, List<byte[]> files)
      throws IOException, InterruptedException {
    CacheDirectory cache = CacheDirectory.of(System.getenv());
    Path python =
        new BuildEnvironments(EnvironmentsConfig.builder().cache(cache).build())
            .get(
                new EnvironmentSpec(
                    new PythonInterpreters(cache, System.getenv()).findDefault(),
                    List.of(REQUIREMENT),
                    InstallerKind.AUTO))
            .python();
    Path questions = directory.resolve("questions");
    Path answers = directory.resolve("answers");
    Files.write(questions, files.stream().map(Base64.getEncoder()::encodeToString).toList());
    Process process =
        new ProcessBuilder(List.of(python.toString(), "-c", PROGRAM))
            .redirectInput(questions.toFile())
            .redirectOutput(answers.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(Processes.endsIn(process, LIMIT)).as("ends in time").isTrue();
    assertThat(process.exitValue()).isZero();
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> results = new ArrayList<>();
    for (String line : Files.readAllLines(answers)) {
      results.add(json.readTree(line));
    }
    assertThat(results).hasSameSizeAs(files);
    return results;
  }

  /** What this library makes of a file, in the form of {@link #parse}. */
  static ObjectNode ours(byte[] file) {
    ParsedFields parsed = ParsedFields.of(HeaderFields.read(file));
    ObjectNode answer = new ObjectMapper().createObjectNode();
    ObjectNode raw = answer.putObject("raw");
    parsed.strings().forEach((field, value) -> raw.put(field.key(), value));
    parsed.lists().forEach((field, values) -> addTo(raw.putArray(field.key()), values));
    Map<String, String> urls = parsed.urls();
    if (urls != null) {
      urls.forEach(raw.putObject(MetadataField.PROJECT_URL.key())::put);
    }
    ObjectNode unparsed = answer.putObject("unparsed");
    parsed.unparsed().forEach((name, values) -> addTo(unparsed.putArray(name), values));
    return answer;
  }

  private static void addTo(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }

  /** The same of an answer of {@link #parse}. */
  static ObjectNode theirs(JsonNode answer) {
    return ((ObjectNode) answer.deepCopy()).retain("raw", "unparsed");
  }
}
