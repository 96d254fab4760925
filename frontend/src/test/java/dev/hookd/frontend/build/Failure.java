package dev.hookd.frontend.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookd.client.HookFailedException;
import dev.hookd.client.HookOutput;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a hook failed, in the words of pyproject_hooks whichever side it was, so that equal failures
 * are equal.
 *
 * @param kind {@code HookMissing}, {@code BackendUnavailable}, {@code UnsupportedOperation}, {@code
 *     raised}, {@code exit STATUS}
 * @param text the traceback from the backend's first frame on, with the exception's class and
 *     message; of an exit the message, or what the hook wrote last
 */
record Failure(String kind, String text) {

  private static final String TRACEBACK = "Traceback (most recent call last):\n";
  private static final String SYSTEM_EXIT = "the hook raised SystemExit: ";
  private static final Pattern EXIT_STATUS = Pattern.compile("exited with status (\\d+)");
  private static final Set<String> IMPORT_ERRORS =
      Set.of("builtins.ImportError", "builtins.ModuleNotFoundError");
  private static final int TAIL_CHARACTERS = 2_000;

  /** What a daemon answered. */
  static Failure ofWarm(HookFailedException failure) {
    String exception = failure.pythonException().orElse("");
    String message = String.valueOf(failure.getMessage());
    String traceback = failure.pythonTraceback().orElse("");
    if (failure.error().unsupportedOperation()) {
      return new Failure("UnsupportedOperation", fromTheBackendOn(traceback));
    }
    return switch (failure.error().kind()) {
      case UNSUPPORTED_HOOK -> new Failure("HookMissing", "");
      case MISSING_BACKEND_MODULE -> new Failure("BackendUnavailable", fromTheBackendOn(traceback));
      case BACKEND_IMPORT_ERROR ->
          IMPORT_ERRORS.contains(exception)
              ? new Failure("BackendUnavailable", fromTheBackendOn(traceback))
              : raised(exception, message, traceback, failure.output());
      default -> raised(exception, message, traceback, failure.output());
    };
  }

  private static Failure raised(
      String exception, String message, String traceback, HookOutput output) {
    if (exception.equals("builtins.SystemExit")) {
      return exit(message.substring(SYSTEM_EXIT.length()));
    }
    if (exception.isEmpty()) {
      Matcher status = EXIT_STATUS.matcher(message);
      return new Failure(
          status.find() ? "exit " + status.group(1) : message, tail(output.stderr().text()));
    }
    return new Failure("raised", fromTheBackendOn(traceback));
  }

  /** What the interpreter does with the argument of SystemExit: a status, or text and status 1. */
  private static Failure exit(String argument) {
    if (argument.equals("None")) {
      return new Failure("exit 0", "");
    }
    return argument.matches("-?\\d+")
        ? new Failure("exit " + (Integer.parseInt(argument) & 0xFF), "")
        : new Failure("exit 1", tail(argument));
  }

  /**
   * What the oracle answered.
   *
   * @param outcome has the member {@code error}
   * @param warm the other side's failure, if it failed: who exits with a message prints it last,
   *     and nothing says where it begins
   */
  static Failure ofFresh(JsonNode outcome, @Nullable Failure warm) {
    JsonNode error = outcome.path("error");
    String exception = error.path("exception").asText();
    String traceback = error.path("traceback").asText();
    return switch (exception) {
      case "HookMissing" -> new Failure("HookMissing", "");
      case "BackendUnavailable", "UnsupportedOperation" ->
          new Failure(exception, fromTheBackendOn(traceback));
      case "CalledProcessError" ->
          ended(
              error.path("status").asInt(), outcome.path("stderr").asText().stripTrailing(), warm);
      // The hook's process exited with status 0 and left no answer.
      case "FileNotFoundError" -> new Failure("exit 0", "");
      default -> new Failure(exception, traceback);
    };
  }

  private static Failure ended(int status, String stderr, @Nullable Failure warm) {
    String message = warm != null && warm.kind.startsWith("exit") ? warm.text : null;
    if (status == 1 && message == null && stderr.contains(TRACEBACK)) {
      return new Failure("raised", fromTheBackendOn(stderr));
    }
    String text = message != null && stderr.endsWith(message) ? message : tail(stderr);
    return new Failure("exit " + status, text);
  }

  /**
   * The last traceback of a text without the frames of the front end's own code and of importlib at
   * its beginning.
   */
  static String fromTheBackendOn(String text) {
    int start = text.lastIndexOf(TRACEBACK);
    if (start < 0) {
      return text.stripTrailing();
    }
    List<String> lines = text.substring(start + TRACEBACK.length()).lines().toList();
    int first = 0;
    while (first < lines.size() && isForeignFrame(lines.get(first))) {
      first++;
      while (first < lines.size() && lines.get(first).startsWith("    ")) {
        first++; // the source line, and marks below it
      }
    }
    return lines.stream().skip(first).collect(Collectors.joining("\n")).stripTrailing();
  }

  private static boolean isForeignFrame(String line) {
    return line.startsWith("  File \"")
        && (line.contains("_in_process.py\", line ")
            || line.contains("importlib/__init__.py\", line ")
            || line.startsWith("  File \"<frozen importlib"));
  }

  private static String tail(String text) {
    String stripped = text.stripTrailing();
    return stripped.substring(Math.max(0, stripped.length() - TAIL_CHARACTERS));
  }

  /** The kind, and the exception with the first line of its message, for a table. */
  String summary() {
    List<String> lines = text.lines().toList();
    int message = 0;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("  ")) {
        message = i + 1; // behind the last frame
      }
    }
    return message < lines.size() ? kind + ": " + lines.get(message) : kind;
  }
}
