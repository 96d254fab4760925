package dev.hookd.frontend;

/** A file is not the one that the index, or the person who named it, promised. It is not kept. */
public final class HashMismatchException extends IndexException {

  private final String expected;
  private final String actual;

  /**
   * With what a caller may want to show besides the message.
   *
   * @param expected as {@code algorithm=hex}
   * @param actual the same
   */
  public HashMismatchException(
      String message, Request request, String hint, String expected, String actual) {
    super(message, request, hint, null);
    this.expected = expected;
    this.actual = actual;
  }

  @Override
  public String kind() {
    return "HashMismatch";
  }

  /** What was promised, as {@code algorithm=hex}. */
  public String expected() {
    return expected;
  }

  /** What came, as {@code algorithm=hex}. */
  public String actual() {
    return actual;
  }
}
