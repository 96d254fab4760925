package dev.hookd.protocol;

import java.util.Locale;

/** An argument of a build hook, by the name that PEP 517 and the hookd protocol give it. */
public enum HookArgument {
  WHEEL_DIRECTORY,
  SDIST_DIRECTORY,
  CONFIG_SETTINGS,
  METADATA_DIRECTORY;

  /** The name in lower case with underscores, as in the signature of the hook. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
