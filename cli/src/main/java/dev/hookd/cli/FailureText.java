package dev.hookd.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A failure for a person: the cause, then the last words of who failed, then the way out. */
final class FailureText {

  private static final int LINES = 12;

  private FailureText() {}

  /**
   * @param subject what failed: an input as it was given; {@code null}: the command as a whole
   * @param verbose whether everything is shown, and not only the last lines
   */
  static List<String> render(
      Failure failure, @Nullable String subject, boolean verbose, boolean stackTrace, Style style) {
    return render(failure, subject, verbose, false, stackTrace, style);
  }

  /**
   * The same.
   *
   * @param outputWasShown whether what the hook wrote has been shown already: its last lines will
   *     do
   */
  static List<String> render(
      Failure failure,
      @Nullable String subject,
      boolean verbose,
      boolean outputWasShown,
      boolean stackTrace,
      Style style) {
    int limit = verbose ? Integer.MAX_VALUE : LINES;
    int outputLimit = outputWasShown ? LINES : limit;
    List<String> lines = new ArrayList<>();
    // A message about the input itself begins with its path, which ends with what was given.
    String where =
        subject == null || failure.message().contains(subject)
            ? ""
            : style.bold(Text.printable(subject)) + ": ";
    lines.add(
        style.red("error:")
            + " "
            + where
            + Text.printable(cause(failure)).stripTrailing()
            + style.dim(" [" + failure.kind() + "]"));
    section(
        lines,
        "the backend's standard error",
        failure.output().stderr().text(),
        outputLimit,
        style);
    if (verbose || failure.output().stderr().text().isBlank()) {
      section(
          lines,
          "the backend's standard output",
          failure.output().stdout().text(),
          outputLimit,
          style);
    }
    if (failure.traceback() != null) {
      section(lines, "the backend's traceback", failure.traceback(), limit, style);
    }
    for (Failure.Detail detail : failure.details()) {
      section(lines, detail.title(), detail.text(), limit, style);
    }
    if (failure.hint() != null) {
      lines.add(style.cyan("hint:") + " " + Text.printable(failure.hint()));
    }
    if (stackTrace && failure.cause() != null) {
      StringWriter trace = new StringWriter();
      failure.cause().printStackTrace(new PrintWriter(trace, true));
      section(lines, "Java's stack trace", trace.toString(), Integer.MAX_VALUE, style);
    }
    return lines;
  }

  private static String cause(Failure failure) {
    if (failure.exception() == null) {
      return failure.message();
    }
    String name = failure.exception();
    String shortName = name.startsWith("builtins.") ? name.substring(9) : name;
    if (failure.message().isBlank()) {
      return shortName;
    }
    return failure.message().startsWith(shortName + ":")
        ? failure.message()
        : shortName + ": " + failure.message();
  }

  private static void section(
      List<String> lines, String title, String text, int limit, Style style) {
    List<String> shown = Text.lastLines(text, limit);
    if (shown.isEmpty()) {
      return;
    }
    long total = text.stripTrailing().lines().count();
    String cut = shown.size() < total ? " (the last %d lines)".formatted(shown.size()) : "";
    lines.add(style.dim("  " + title + cut + ":"));
    shown.forEach(line -> lines.add(style.dim("  |") + " " + line));
  }
}
