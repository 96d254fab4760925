package dev.hookd.frontend;

import dev.hookd.protocol.Hook;
import java.util.Locale;

/** What can be built from a source tree, and the hooks for it. */
public enum Product {
  /** PEP 517. */
  WHEEL(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, Hook.BUILD_WHEEL),
  /** PEP 517. */
  SDIST(Hook.GET_REQUIRES_FOR_BUILD_SDIST, Hook.BUILD_SDIST),
  /** A wheel that leads to the source tree (PEP 660). */
  EDITABLE(Hook.GET_REQUIRES_FOR_BUILD_EDITABLE, Hook.BUILD_EDITABLE);

  private final Hook requiresHook;
  private final Hook buildHook;

  Product(Hook requiresHook, Hook buildHook) {
    this.requiresHook = requiresHook;
    this.buildHook = buildHook;
  }

  /** The hook that says what more must be installed for it; a backend may lack it. */
  public Hook requiresHook() {
    return requiresHook;
  }

  /** The hook that builds it. */
  public Hook buildHook() {
    return buildHook;
  }

  /** The name in outputs, for example {@code wheel}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
