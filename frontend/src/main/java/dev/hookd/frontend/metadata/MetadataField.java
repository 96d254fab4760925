package dev.hookd.frontend.metadata;

import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of core metadata 2.5, deprecated ones included, in the order of the specification.
 * Names are compared without regard to case.
 */
public enum MetadataField {
  METADATA_VERSION("Metadata-Version", Use.SINGLE),
  NAME("Name", Use.SINGLE),
  VERSION("Version", Use.SINGLE),
  DYNAMIC("Dynamic", Use.MULTIPLE),
  PLATFORM("Platform", Use.MULTIPLE),
  SUPPORTED_PLATFORM("Supported-Platform", Use.MULTIPLE),
  SUMMARY("Summary", Use.SINGLE),
  DESCRIPTION("Description", Use.SINGLE),
  DESCRIPTION_CONTENT_TYPE("Description-Content-Type", Use.SINGLE),
  KEYWORDS("Keywords", Use.KEYWORDS),
  HOME_PAGE("Home-page", Use.SINGLE),
  DOWNLOAD_URL("Download-URL", Use.SINGLE),
  AUTHOR("Author", Use.SINGLE),
  AUTHOR_EMAIL("Author-email", Use.SINGLE),
  MAINTAINER("Maintainer", Use.SINGLE),
  MAINTAINER_EMAIL("Maintainer-email", Use.SINGLE),
  LICENSE("License", Use.SINGLE),
  LICENSE_EXPRESSION("License-Expression", Use.SINGLE),
  LICENSE_FILE("License-File", Use.MULTIPLE),
  CLASSIFIER("Classifier", Use.MULTIPLE),
  REQUIRES_DIST("Requires-Dist", Use.MULTIPLE),
  REQUIRES_PYTHON("Requires-Python", Use.SINGLE),
  REQUIRES_EXTERNAL("Requires-External", Use.MULTIPLE),
  PROJECT_URL("Project-URL", Use.LABELLED_URLS),
  PROVIDES_EXTRA("Provides-Extra", Use.MULTIPLE),
  PROVIDES_DIST("Provides-Dist", Use.MULTIPLE),
  OBSOLETES_DIST("Obsoletes-Dist", Use.MULTIPLE),
  IMPORT_NAME("Import-Name", Use.MULTIPLE),
  IMPORT_NAMESPACE("Import-Namespace", Use.MULTIPLE),
  REQUIRES("Requires", Use.MULTIPLE),
  PROVIDES("Provides", Use.MULTIPLE),
  OBSOLETES("Obsoletes", Use.MULTIPLE);

  /** Everything that a {@code METADATA} file can say. */
  public static final Set<MetadataField> ALL =
      Collections.unmodifiableSet(EnumSet.allOf(MetadataField.class));

  /** All but those that are about the file: {@code Metadata-Version} and {@code Dynamic}. */
  public static final Set<MetadataField> OF_THE_WHEEL =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(METADATA_VERSION, DYNAMIC)));

  /** What a resolver asks for. */
  public static final Set<MetadataField> RESOLUTION =
      Collections.unmodifiableSet(
          EnumSet.of(NAME, VERSION, REQUIRES_DIST, REQUIRES_PYTHON, PROVIDES_EXTRA));

  /** How often a field may stand, and what its values are made of. */
  enum Use {
    SINGLE,
    MULTIPLE,
    /** Once; a list between commas. */
    KEYWORDS,
    /** Any number of times; a label, a comma and a URL each. */
    LABELLED_URLS
  }

  private static final Map<String, MetadataField> BY_NAME = new HashMap<>();

  static {
    for (MetadataField field : values()) {
      BY_NAME.put(field.key(), field);
    }
  }

  private final String label;
  private final Use use;

  MetadataField(String label, Use use) {
    this.label = label;
    this.use = use;
  }

  /** The field of that name, in whatever case; empty when the specification has none. */
  public static Optional<MetadataField> ofLabel(String name) {
    return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The name as the specification writes it, for example {@code Requires-Dist}. */
  public String label() {
    return label;
  }

  /** Whether the field may stand more than once. */
  public boolean isMultipleUse() {
    return use == Use.MULTIPLE || use == Use.LABELLED_URLS;
  }

  Use use() {
    return use;
  }

  /** The name in lower case. */
  String key() {
    return label.toLowerCase(Locale.ROOT);
  }
}
