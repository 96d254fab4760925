package dev.hookd.frontend.build;

import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.requirement.Version;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a wheel file, {@code name-version(-build)?-python-abi-platform.whl} (binary
 * distribution format, "File name convention").
 *
 * @param name as it is written
 * @param version as it is written
 */
public record WheelName(String name, String version) {

  /** No part has a hyphen in it; a build tag begins with a digit. Tags may be sets, with dots. */
  private static final Pattern FORM =
      Pattern.compile(
          "(?<name>[A-Za-z0-9](?:[\\w.]*[A-Za-z0-9])?)-(?<version>[\\w.!+]+)"
              + "(?:-[0-9][\\w.]*)?-[\\w.]+-[\\w.]+-[\\w.]+\\.whl");

  /** Empty where it is no name for a wheel, or what stands for its version is none (PEP 440). */
  public static Optional<WheelName> parse(String fileName) {
    Matcher matcher = FORM.matcher(fileName);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    WheelName name = new WheelName(matcher.group("name"), matcher.group("version"));
    return name.parsedVersion().isPresent() ? Optional.of(name) : Optional.empty();
  }

  /** Whether a distribution of that name and version is named so, whatever the spelling. */
  public boolean names(String distribution, String distributionVersion) {
    return ProjectName.normalize(name).equals(ProjectName.normalize(distribution))
        && Version.tryParse(distributionVersion).equals(parsedVersion());
  }

  /** Old tools write a local version's plus sign as an underscore. */
  private Optional<Version> parsedVersion() {
    return Version.tryParse(version)
        .or(() -> Version.tryParse(version.replaceFirst("_", "+").replace('_', '.')));
  }
}
