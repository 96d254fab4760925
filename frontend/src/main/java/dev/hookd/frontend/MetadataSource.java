package dev.hookd.frontend;

import java.util.Locale;

/** Where the metadata of a project came from. */
public enum MetadataSource {
  /** The hook {@code prepare_metadata_for_build_wheel}. */
  PREPARE_METADATA,
  /** The {@code .dist-info} of a wheel that was built, because the backend has no such hook. */
  WHEEL;

  /** The name in outputs, for example {@code prepare-metadata}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
