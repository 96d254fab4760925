package dev.hookd.frontend.metadata;

import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.frontend.build.MetadataCheck;
import dev.hookd.frontend.build.WheelName;
import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.requirement.Version;
import dev.hookd.frontend.source.ArchiveLimits;
import dev.hookd.frontend.source.SdistArchive;
import dev.hookd.frontend.source.SdistFiles;
import dev.hookd.protocol.Hook;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The metadata in what hooks have made, and whether they agree. Thread-safe. */
public final class BuiltMetadata implements MetadataCheck {

  private static final String PKG_INFO = "PKG-INFO";
  private static final int SHOWN_CHARACTERS = 120;

  /**
   * The metadata of a wheel that a hook has made.
   *
   * @throws InvalidProjectException if it is none
   */
  public static CoreMetadata ofWheel(Hook hook, Path wheel) {
    try {
      return parse(hook, WheelFile.readMetadata(wheel));
    } catch (IOException e) {
      throw broken(hook, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The metadata of a {@code .dist-info} directory that a hook has made.
   *
   * @throws InvalidProjectException if it has none
   */
  public static CoreMetadata ofDistInfo(Hook hook, Path distInfo) {
    return parse(hook, read(hook, distInfo));
  }

  @Override
  public byte[] prepared(Hook hook, Path distInfo) {
    return ofDistInfo(hook, distInfo).raw();
  }

  @Override
  public List<String> wheel(Hook hook, Path wheel, byte @Nullable [] prepared) {
    CoreMetadata built = ofWheel(hook, wheel);
    String fileName = String.valueOf(wheel.getFileName());
    WheelName name =
        WheelName.parse(fileName)
            .orElseThrow(() -> broken(hook, fileName + " is no name of a wheel (PEP 427)", null));
    if (!name.names(built.name(), built.version())) { // pip and uv refuse to install it
      throw broken(
          hook,
          "%s holds the metadata of %s %s".formatted(fileName, built.name(), built.version()),
          null);
    }
    if (prepared == null) {
      return List.of();
    }
    return differences(CoreMetadata.parse(prepared), built).stream()
        .map(
            difference ->
                "the wheel's metadata differ from the prepared ones, which %s was given as its metadata_directory: %s"
                    .formatted(hook.wireName(), difference))
        .toList();
  }

  @Override
  public List<String> sdist(Path sdist) {
    String fileName = String.valueOf(sdist.getFileName());
    SdistFiles files;
    try {
      files = SdistArchive.read(sdist, Set.of(PKG_INFO), ArchiveLimits.defaults());
    } catch (InvalidProjectException e) { // what can be delivered need not be what we can unpack
      return List.of(String.valueOf(e.getMessage()));
    }
    byte[] file = files.contents().get(PKG_INFO);
    if (file == null) {
      return List.of(fileName + " has no PKG-INFO in its top-level directory");
    }
    CoreMetadata metadata;
    try {
      metadata = CoreMetadata.parse(file);
    } catch (IllegalArgumentException e) {
      return List.of("the PKG-INFO of %s cannot be used: %s".formatted(fileName, e.getMessage()));
    }
    List<String> warnings = new ArrayList<>();
    String stem = fileName.substring(0, fileName.length() - ".tar.gz".length());
    for (String name : new LinkedHashSet<>(List.of(stem, files.topDirectory()))) {
      if (!names(name, metadata)) {
        warnings.add(
            "%s holds the metadata of %s %s%s"
                .formatted(
                    fileName,
                    metadata.name(),
                    metadata.version(),
                    name.equals(stem) ? "" : " in a directory " + name));
      }
    }
    return warnings;
  }

  /** Names with hyphens are in use, so that the version begins at any of them. */
  private static boolean names(String stem, CoreMetadata metadata) {
    for (int hyphen = stem.indexOf('-'); hyphen > 0; hyphen = stem.indexOf('-', hyphen + 1)) {
      if (ProjectName.normalize(stem.substring(0, hyphen))
              .equals(ProjectName.normalize(metadata.name()))
          && sameVersion(stem.substring(hyphen + 1), metadata.version())) {
        return true;
      }
    }
    return false;
  }

  private static boolean sameVersion(String one, String other) {
    return one.equals(other)
        || (Version.tryParse(one).isPresent()
            && Version.tryParse(one).equals(Version.tryParse(other)));
  }

  /** What differs, whatever the order of fields and of a field's values. */
  private static List<String> differences(CoreMetadata prepared, CoreMetadata built) {
    List<String> differences = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(prepared.fieldNames());
    names.addAll(built.fieldNames());
    for (String name : names) {
      List<String> before = sorted(prepared.all(name));
      List<String> after = sorted(built.all(name));
      if (!before.equals(after)) {
        differences.add(
            "%s has %s, prepared was %s"
                .formatted(name, shown(after, before), shown(before, after)));
      }
    }
    return differences;
  }

  private static List<String> sorted(List<String> values) {
    return values.stream().map(String::strip).sorted().toList();
  }

  /** What only one side has. */
  private static String shown(List<String> values, List<String> others) {
    List<String> own = new ArrayList<>(values);
    others.forEach(own::remove);
    String text = own.isEmpty() ? "nothing" : String.join(", ", own);
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
  }

  private static byte[] read(Hook hook, Path distInfo) {
    Path file = distInfo.resolve("METADATA");
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw broken(
          hook, Objects.requireNonNull(distInfo.getFileName()) + " has no METADATA file", null);
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return WheelFile.readBounded(in);
    } catch (IOException e) {
      throw broken(hook, String.valueOf(e.getMessage()), e);
    }
  }

  private static CoreMetadata parse(Hook hook, byte[] raw) {
    try {
      return CoreMetadata.parse(raw);
    } catch (IllegalArgumentException e) {
      throw broken(hook, String.valueOf(e.getMessage()), e);
    }
  }

  private static InvalidProjectException broken(Hook hook, String what, @Nullable Exception cause) {
    return new InvalidProjectException(
        "what the hook " + hook.wireName() + " made cannot be used: " + what,
        "this is an error of the project's build backend",
        cause);
  }
}
