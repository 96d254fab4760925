package dev.hookd.frontend;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** No index has the project, the version, or a file of it that may be used. */
public final class DistributionNotFoundException extends IndexException {

  private final List<String> indexes;
  private final List<String> versions;

  /**
   * With what a caller may want to show besides the message.
   *
   * @param indexes all that were asked, without credentials
   * @param versions that exist; empty when the project does not
   */
  public DistributionNotFoundException(
      String message,
      Request request,
      @Nullable String hint,
      List<String> indexes,
      List<String> versions) {
    super(message, request, hint, null);
    this.indexes = List.copyOf(indexes);
    this.versions = List.copyOf(versions);
  }

  @Override
  public String kind() {
    return "DistributionNotFound";
  }

  /** The indexes and directories that were asked, in this order, without credentials. */
  public List<String> indexes() {
    return indexes;
  }

  /** The versions of the project that exist, newest first; empty when the project does not. */
  public List<String> versions() {
    return versions;
  }
}
