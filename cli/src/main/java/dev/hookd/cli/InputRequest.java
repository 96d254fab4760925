package dev.hookd.cli;

import dev.hookd.frontend.InvalidProjectException;
import org.jspecify.annotations.Nullable;

/**
 * One thing to answer.
 *
 * @param text the input as it was given
 * @param python the Python as it was asked for, where the command answers for several; else null
 * @param refused why it cannot even be tried; else null
 */
record InputRequest(
    String text, @Nullable String python, @Nullable InvalidProjectException refused) {

  static InputRequest of(String text) {
    return new InputRequest(text, null, null);
  }

  InputRequest under(String otherPython) {
    return new InputRequest(text, otherPython, refused);
  }

  /** Inputs in their order, of which some may not be there yet. For one thread. */
  interface Source {

    /** The next input; null when none is there now, or ever again. */
    @Nullable InputRequest poll();

    /** Whether no input will come any more. */
    boolean isExhausted();
  }
}
