package dev.hookd.frontend;

import java.util.Locale;

/** Where the metadata of a project came from. */
public enum MetadataSource {
  /**
   * {@code PKG-INFO} of the sdist, which promises that every wheel built from it says the same (PEP
   * 643). No code was run.
   */
  STATIC_PKG_INFO,
  /**
   * {@code [project]} of {@code pyproject.toml} (PEP 621), with a backend that is known to take it
   * as it is. The answer has the fields of {@link
   * dev.hookd.frontend.metadata.MetadataField#RESOLUTION} alone, and its text was made from them.
   * No code was run.
   */
  STATIC_PYPROJECT,
  /**
   * A wheel of the same version that is there already: its {@code METADATA}, or the copy of it that
   * the index serves beside it (PEP 658). No code was run.
   */
  EXISTING_WHEEL,
  /** The hook {@code prepare_metadata_for_build_wheel}. */
  PREPARE_METADATA,
  /** The {@code .dist-info} of a wheel that was built, because the backend has no such hook. */
  WHEEL;

  /** Whether it was read from files, without running any code of the project. */
  public boolean isStatic() {
    return this == STATIC_PKG_INFO || this == STATIC_PYPROJECT || this == EXISTING_WHEEL;
  }

  /** The name in outputs, for example {@code prepare-metadata}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
