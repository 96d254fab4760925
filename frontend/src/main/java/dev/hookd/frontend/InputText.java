package dev.hookd.frontend;

import dev.hookd.frontend.requirement.Version;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells the notations of an {@link Input} apart. */
final class InputText {

  private static final String NAME = "([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)";
  private static final String EXTRAS = "\\s*(?:\\[[^\\]]*])?\\s*";
  private static final Pattern PINNED = Pattern.compile(NAME + EXTRAS + "==(?!=)\\s*(\\S+)");
  private static final Pattern DIRECT = Pattern.compile(NAME + EXTRAS + "@\\s*(\\S+)");

  /** What begins as a requirement, but says more than one version, or less. */
  private static final Pattern REQUIREMENT =
      Pattern.compile(NAME + EXTRAS + "(?:[=<>!~]=|[<>;]).*", Pattern.DOTALL);

  private InputText() {}

  static Input parse(String text, Path directory) {
    Path path;
    try {
      path = directory.resolve(text);
    } catch (InvalidPathException e) {
      throw new InvalidProjectException("'" + text + "' is no path: " + e.getReason(), null, e);
    }
    if (Files.exists(path) || text.startsWith("/") || text.startsWith(".")) {
      return new Input.Local(path);
    }
    String stripped = text.strip();
    Matcher pinned = PINNED.matcher(stripped);
    if (pinned.matches()) {
      return new Input.Pinned(pinned.group(1), version(text, pinned.group(2)));
    }
    Matcher direct = DIRECT.matcher(stripped);
    if (direct.matches() && direct.group(2).indexOf(':') > 0) {
      return new Input.Direct(direct.group(1), url(direct.group(1), direct.group(2)));
    }
    if (REQUIREMENT.matcher(stripped).matches()) {
      throw new InvalidProjectException(
          "'" + text + "' does not name one version of a project",
          "Write name==version, without a marker or a second clause, or name @ URL.",
          null);
    }
    return new Input.Local(path); // whoever opens it says that there is no such path
  }

  private static Version version(String text, String version) {
    try {
      return Version.parse(version);
    } catch (IllegalArgumentException e) {
      throw new InvalidProjectException(
          "'" + text + "' names no version: " + e.getMessage(),
          "A version is written as PEP 440 has it, and here without a wildcard: name==1.2.3",
          e);
    }
  }

  private static URI url(String name, String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw new InvalidProjectException(
          "what follows '@' in the input of %s is no URL: %s".formatted(name, e.getReason()),
          null,
          null); // neither the text nor the exception, which has it: it may hold a password
    }
  }
}
