package dev.hookd.client;

import org.jspecify.annotations.Nullable;

/** Says why no daemon came up, and shows what the program said instead. */
final class LaunchFailure {

  private static final int SHOWN_CHARACTERS = 2000;

  private LaunchFailure() {}

  /**
   * @param givenUp why it was not waited for any longer; {@code null} when it ended by itself
   * @param carried what its standard output began with
   */
  static LaunchFailedException describe(
      LaunchSpec spec,
      @Nullable String givenUp,
      DaemonChannel.Ending ending,
      @Nullable String fatal,
      String carried,
      OutputTail stderr) {
    StringBuilder message = new StringBuilder("no hookd daemon came up in " + spec.python() + ": ");
    if (givenUp != null) {
      message.append(givenUp);
    } else if (fatal != null) {
      message.append(fatal);
    } else if (ending.violation() != null) {
      message.append(ending.violation().getMessage());
    } else {
      message.append("it ended before it was ready (").append(status(ending.exitStatus()));
      message.append(')');
    }
    show(message, "its standard output began with", carried);
    show(message, "its standard error ended with", lastPart(stderr.text()));
    return new LaunchFailedException(
        message.toString(),
        stderr,
        hint(spec, ending, carried, stderr),
        ending.violation() != null ? ending.violation() : ending.failure());
  }

  private static void show(StringBuilder message, String title, String text) {
    if (!text.isBlank()) {
      message.append("; ").append(title).append(": ");
      message.append(text.strip(), 0, Math.min(SHOWN_CHARACTERS, text.strip().length()));
    }
  }

  private static String lastPart(String text) {
    return text.substring(Math.max(0, text.length() - SHOWN_CHARACTERS));
  }

  private static @Nullable String hint(
      LaunchSpec spec, DaemonChannel.Ending ending, String carried, OutputTail stderr) {
    if (ending.violation() != null) {
      return spec.daemonScript() == null
          ? "Something else writes to the standard output of this interpreter while it starts: look"
              + " at sitecustomize, usercustomize and *.pth files in its environment."
          : "%s does not speak the hookd protocol; docs/protocol.md says how a daemon starts."
              .formatted(spec.daemonScript());
    }
    if (stderr.text().contains("SyntaxError")) {
      return "The daemon needs CPython 3.8 or newer; %s may be older.".formatted(spec.python());
    }
    if (carried.isEmpty() && stderr.text().isEmpty()) {
      return "Is %s a Python interpreter? It said nothing at all.".formatted(spec.python());
    }
    return null;
  }

  /** {@code exit status 3}, {@code killed by signal 9}. */
  static String status(@Nullable Integer exitStatus) {
    if (exitStatus == null) {
      return "exit status unknown";
    }
    return exitStatus > 128
        ? "killed by signal " + (exitStatus - 128)
        : "exit status " + exitStatus;
  }
}
