package dev.hookd.frontend;

import dev.hookd.frontend.metadata.CoreMetadata;
import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.requirement.Version;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether an sdist or a wheel is what it was taken for: an index knows no more than a file's name.
 */
final class InputCheck {

  private InputCheck() {}

  /**
   * The same result.
   *
   * @throws InvalidProjectException if it is of another project, or of another version
   */
  static MetadataResult matches(Input input, MetadataResult result) {
    CoreMetadata metadata = result.metadata();
    if (input instanceof Input.Pinned pinned) {
      Optional<Version> version = Version.tryParse(metadata.version());
      boolean isVersion = version.isPresent() && version.get().equals(pinned.version());
      if (!isNamed(metadata, pinned.name()) || !isVersion) {
        throw other(input, result);
      }
    } else if (input instanceof Input.Direct direct && !isNamed(metadata, direct.name())) {
      throw other(input, result);
    }
    return result;
  }

  /** The name that whoever asked gave; {@code null} for what is here, which has no other. */
  static @Nullable String expectedName(Input input) {
    if (input instanceof Input.Pinned pinned) {
      return pinned.name();
    }
    return input instanceof Input.Direct direct ? direct.name() : null;
  }

  private static boolean isNamed(CoreMetadata metadata, String name) {
    return ProjectName.normalize(metadata.name()).equals(ProjectName.normalize(name));
  }

  private static InvalidProjectException other(Input input, MetadataResult result) {
    String kind = result.source() == MetadataSource.EXISTING_WHEEL ? "wheel" : "sdist";
    return new InvalidProjectException(
        "the " + kind + " of " + input + " has the metadata of " + result.metadata(),
        "its file name and its metadata disagree, which is an error of the project",
        null);
  }
}
