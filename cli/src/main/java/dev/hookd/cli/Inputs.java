package dev.hookd.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The inputs of a command: its arguments, with the lines of standard input where {@code -} is. */
final class Inputs implements InputRequest.Source {

  static final String STDIN = "-";

  private final Iterator<String> arguments;
  private final InputLines lines;
  private final List<String> pythons;
  private final Predicate<InputRequest> isWanted;
  private final Deque<InputRequest> next = new ArrayDeque<>();
  private boolean inLines;

  /**
   * @param pythons under which each input is asked for; none: under the default
   * @param isWanted whether an input is to be answered; asked once of each
   */
  Inputs(
      List<String> arguments,
      InputLines lines,
      List<String> pythons,
      Predicate<InputRequest> isWanted) {
    this.arguments = arguments.iterator();
    this.lines = lines;
    this.pythons = pythons;
    this.isWanted = isWanted;
  }

  @Override
  public @Nullable InputRequest poll() {
    while (next.isEmpty()) {
      InputRequest given = given();
      if (given == null) {
        return null;
      }
      if (pythons.isEmpty()) {
        next.add(given);
      }
      pythons.forEach(python -> next.add(given.under(python)));
      next.removeIf(isWanted.negate());
    }
    return next.remove();
  }

  @Override
  public boolean isExhausted() {
    return next.isEmpty() && !arguments.hasNext() && (!inLines || lines.isExhausted());
  }

  private @Nullable InputRequest given() {
    while (true) {
      if (inLines) {
        InputRequest line = lines.poll();
        if (line != null || !lines.isExhausted()) {
          return line;
        }
        inLines = false;
      }
      if (!arguments.hasNext()) {
        return null;
      }
      String argument = arguments.next();
      if (!argument.equals(STDIN)) {
        return InputRequest.of(argument);
      }
      inLines = true;
    }
  }
}
