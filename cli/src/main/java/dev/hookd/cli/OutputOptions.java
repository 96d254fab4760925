package dev.hookd.cli;

import dev.hookd.cli.Converters.OutputFormat;
import dev.hookd.cli.OutputFile.Existing;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The options that say where many answers go. */
final class OutputOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Append the answers to this file, as jsonl, instead of printing them; each distinct"
              + " input is answered once.")
  private @Nullable String output;

  @Option(
      names = "--resume",
      description = "Skip the inputs that --output has an answer for, whatever the answer was.")
  private boolean resume;

  @Option(names = "--overwrite", description = "Begin --output anew.")
  private boolean overwrite;

  /**
   * @throws ParameterException if they do not go together, or with the format that was asked for
   */
  void check() {
    if (output == null) {
      if (resume || overwrite) {
        throw wrong((resume ? "--resume" : "--overwrite") + " needs --output FILE");
      }
      return;
    }
    if (output.isEmpty()) {
      throw wrong("--output is empty");
    }
    if (resume && overwrite) {
      throw wrong("--resume and --overwrite exclude each other");
    }
    ParseResult given = command.commandLine().getParseResult();
    if (given.hasMatchedOption("--format")
        && given.matchedOptionValue("--format", OutputFormat.JSONL) != OutputFormat.JSONL) {
      throw wrong("--output is always jsonl; leave --format out, or redirect standard output");
    }
  }

  /**
   * The file, opened; null where none was asked for.
   *
   * @throws ParameterException if it is no file, or has answers and is to have none
   * @throws StreamFailedException if it cannot be used
   */
  @Nullable OutputFile open(Session session, String member) {
    if (output == null) {
      return null;
    }
    Path path = session.path(output);
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw wrong("--output: not a regular file: " + output);
    }
    if (!resume && !overwrite && path.toFile().length() > 0) {
      throw wrong(
          "--output: "
              + output
              + " exists; --resume answers what is not answered there yet, --overwrite begins anew");
    }
    Existing existing = resume ? Existing.RESUME : overwrite ? Existing.OVERWRITE : Existing.REFUSE;
    return OutputFile.open(output, path, existing, member);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
