package dev.hookd.frontend.requirement;

import java.util.Locale;
import java.util.regex.Pattern;

/** The names of projects, which have many spellings. */
public final class ProjectName {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?");

  private static final Pattern SEPARATORS = Pattern.compile("[-_.]+");

  private ProjectName() {}

  /** Whether that is a name in any spelling (core metadata specification, "Name"). */
  public static boolean isValid(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * The one spelling by which names are compared (PEP 503, "Normalized Names"): lower case, each
   * run of {@code -}, {@code _} and {@code .} one hyphen. Does not check that it is a name.
   */
  public static String normalize(String name) {
    return SEPARATORS.matcher(name).replaceAll("-").toLowerCase(Locale.ROOT);
  }
}
