package dev.hookd.frontend.interpreter;

import dev.hookd.frontend.interpreter.PythonRequest.ByCommand;
import dev.hookd.frontend.interpreter.PythonRequest.ByPath;
import dev.hookd.frontend.interpreter.PythonRequest.ByVersion;
import dev.hookd.frontend.requirement.Version;
import dev.hookd.frontend.requirement.VersionSpecifiers;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@link PythonRequest#parse} documents. */
final class RequestParser {

  private static final Pattern VERSION =
      Pattern.compile(
          "(?<implementation>cpython|pypy)(?:@?(?<behind>[0-9<>=!~\\s].*))?|(?<bare>[0-9<>=!~].*)");

  private static final Pattern FREE_THREADED = Pattern.compile("[0-9.]+t");

  /** The dot is easily forgotten. */
  private static final Pattern WITHOUT_DOT = Pattern.compile("3[0-9]{1,2}");

  private RequestParser() {}

  static PythonRequest parse(String text) {
    String request = text.strip();
    if (request.isEmpty()) {
      throw new IllegalArgumentException("no Python interpreter is named");
    }
    if (request.indexOf('/') >= 0) {
      return new ByPath(request);
    }
    Matcher form = VERSION.matcher(request);
    if (!form.matches()) {
      return new ByCommand(request);
    }
    String implementation = form.group("implementation");
    String versions = implementation == null ? form.group("bare") : form.group("behind");
    return new ByVersion(
        implementation == null ? "cpython" : implementation,
        specifiers(Objects.requireNonNullElse(versions, "").strip(), request),
        request);
  }

  private static VersionSpecifiers specifiers(String versions, String request) {
    if (versions.isEmpty() || !isDigit(versions.charAt(0))) {
      return VersionSpecifiers.parse(versions);
    }
    if (FREE_THREADED.matcher(versions).matches()) {
      throw new IllegalArgumentException(
          "'" + request + "' is a free-threaded build, which must be named by its path");
    }
    if (WITHOUT_DOT.matcher(versions).matches()) {
      throw new IllegalArgumentException(
          "there is no Python " + versions + "; did you mean 3." + versions.substring(1) + "?");
    }
    Version version =
        Version.tryParse(versions)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'"
                            + request
                            + "' is no version of Python: write 3.9, 3.11.7, or >=3.10,<3.13"));
    boolean isSeries = version.release().size() < 3 && !version.isPrerelease();
    if (isSeries && (version.isPostrelease() || version.local().isPresent())) {
      throw new IllegalArgumentException("there is no Python " + versions);
    }
    return VersionSpecifiers.parse("==" + version + (isSeries ? ".*" : ""));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
