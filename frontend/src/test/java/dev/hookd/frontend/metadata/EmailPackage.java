package dev.hookd.frontend.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookd.frontend.Processes;
import dev.hookd.frontend.interpreter.PythonInterpreters;
import dev.hookd.frontend.system.CacheDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Python's own {@code email} and {@code importlib.metadata}, the reference of the format. */
final class EmailPackage {

  /** Reads {@code *.dist-info/METADATA} below a directory, in the order of their names. */
  private static final String PROGRAM =
      """
      import email, importlib.metadata, json, pathlib, sys, textwrap

      def dedent(value):
          return textwrap.dedent(" " * 8 + value) if "\\n" in value else value

      found = []
      for path in sorted(pathlib.Path(sys.argv[1]).glob("*.dist-info")):
          text = (path / "METADATA").read_text(encoding="utf-8", errors="replace")
          message = email.message_from_string(text)
          metadata = importlib.metadata.PathDistribution(path).metadata
          found.append({
              "headers": [[name, dedent(value).strip()] for name, value in message.items()],
              "body": message.get_payload(),
              # since Python 3.10; strict about the encoding
              "json": metadata.json if hasattr(metadata, "json") else None,
          })
      sys.stdout.buffer.write(json.dumps(found).encode())
      """;

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private EmailPackage() {}

  static List<JsonNode> read(Path directory, List<String> files)
      throws IOException, InterruptedException {
    for (int i = 0; i < files.size(); i++) {
      Path distInfo = Files.createDirectories(directory.resolve("%03d.dist-info".formatted(i)));
      Files.writeString(distInfo.resolve("METADATA"), files.get(i));
    }
    Path python =
        new PythonInterpreters(CacheDirectory.at(directory.resolve("cache")), System.getenv())
            .findDefault()
            .executable();
    Path answer = directory.resolve("answer.json");
    Process process =
        new ProcessBuilder(Arrays.asList(python.toString(), "-c", PROGRAM, directory.toString()))
            .redirectOutput(answer.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(Processes.endsIn(process, LIMIT)).as("ends in time").isTrue();
    assertThat(process.exitValue()).isZero();
    List<JsonNode> results = new ArrayList<>();
    new ObjectMapper().readTree(Files.readString(answer)).forEach(results::add);
    return results;
  }
}
