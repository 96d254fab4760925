package dev.hookd.frontend.metadata;

import dev.hookd.frontend.MetadataSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The {@code PKG-INFO} of an sdist as an answer (PEP 643): from metadata version 2.2 on, a field
 * that is not in {@code Dynamic} has the same value in every wheel built from the sdist, and one
 * that is absent and not in {@code Dynamic} is absent there as well.
 *
 * <p>That is believed of the fields that a resolver needs. Not all backends keep the rest of the
 * promise when a newer one of them builds the wheel: poetry-core adds classifiers for Pythons that
 * have come out meanwhile, maturin has turned {@code License} into {@code License-Expression}, and
 * all of them begin to write fields that the sdist's metadata version did not have. So of the other
 * fields only the backends are believed that have been compared, and of none a field that is newer
 * than the file. Nothing is promised of {@code Metadata-Version} and {@code Dynamic}: they are
 * about the file.
 */
final class PkgInfo {

  static final String FILE_NAME = "PKG-INFO";

  private static final Pattern TRUSTED_VERSION = Pattern.compile("2\\.(\\d{1,3})");

  private static final int FIRST_MINOR_WITH_DYNAMIC = 2;
  private static final int FIRST_MINOR_WITH_LICENSES = 4;
  private static final int FIRST_MINOR_WITH_IMPORTS = 5;

  /** The fields that came, or changed their meaning, with 2.4 (PEP 639). */
  private static final Set<MetadataField> LICENSES =
      EnumSet.of(
          MetadataField.LICENSE, MetadataField.LICENSE_EXPRESSION, MetadataField.LICENSE_FILE);

  /** The fields that came with 2.5 (PEP 794). */
  private static final Set<MetadataField> IMPORTS =
      EnumSet.of(MetadataField.IMPORT_NAME, MetadataField.IMPORT_NAMESPACE);

  private PkgInfo() {}

  /**
   * What the file says about these fields.
   *
   * @param fromTrustedBackend whether the project's backend is one that has been compared
   */
  static StaticAnswer answer(byte[] file, boolean fromTrustedBackend, Set<MetadataField> needed) {
    CoreMetadata metadata;
    try {
      metadata = CoreMetadata.parse(file);
    } catch (IllegalArgumentException e) {
      return new StaticAnswer.Unknown("its PKG-INFO cannot be used: " + e.getMessage());
    }
    String version = metadata.metadataVersion().orElse("?");
    Matcher matcher = TRUSTED_VERSION.matcher(version);
    int minor = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    if (minor < FIRST_MINOR_WITH_DYNAMIC) {
      return new StaticAnswer.Unknown(
          "its PKG-INFO is of metadata version "
              + version
              + ", and before 2.2 nothing was promised of the wheel's");
    }
    Set<MetadataField> known = known(metadata, minor, fromTrustedBackend);
    List<String> missing =
        needed.stream()
            .filter(field -> MetadataField.OF_THE_WHEEL.contains(field) && !known.contains(field))
            .sorted()
            .map(MetadataField::label)
            .toList();
    if (!missing.isEmpty()) {
      return new StaticAnswer.Unknown(
          "its PKG-INFO "
              + (metadata.unparsed().containsKey(MetadataField.DYNAMIC.key())
                  ? "does not say clearly what is dynamic"
                  : "does not promise: " + String.join(", ", missing)));
    }
    return new StaticAnswer.Known(metadata, MetadataSource.STATIC_PKG_INFO, known);
  }

  /** The fields that can be understood, and that a build may not change. */
  private static Set<MetadataField> known(
      CoreMetadata metadata, int minor, boolean fromTrustedBackend) {
    if (metadata.unparsed().containsKey(MetadataField.DYNAMIC.key())) {
      return Set.of();
    }
    Set<String> dynamic =
        metadata.dynamic().stream()
            .map(FoldedText::strippedAsPythonDoes)
            .collect(Collectors.toSet());
    Set<MetadataField> known =
        EnumSet.copyOf(fromTrustedBackend ? MetadataField.OF_THE_WHEEL : MetadataField.RESOLUTION);
    if (minor < FIRST_MINOR_WITH_LICENSES) {
      known.removeAll(LICENSES);
    }
    if (minor < FIRST_MINOR_WITH_IMPORTS) {
      known.removeAll(IMPORTS);
    }
    known.removeIf(
        field -> dynamic.contains(field.key()) || metadata.unparsed().containsKey(field.key()));
    return known;
  }
}
