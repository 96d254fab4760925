package dev.hookd.frontend;

import dev.hookd.protocol.Hook;
import java.util.Locale;

/** What can be built from a source tree, and the hooks for it. */
public enum Product {
  WHEEL(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, Hook.BUILD_WHEEL),
  SDIST(Hook.GET_REQUIRES_FOR_BUILD_SDIST, Hook.BUILD_SDIST),
  EDITABLE(Hook.GET_REQUIRES_FOR_BUILD_EDITABLE, Hook.BUILD_EDITABLE);

  private final Hook requiresHook;
  private final Hook buildHook;

  Product(Hook requiresHook, Hook buildHook) {
    this.requiresHook = requiresHook;
    this.buildHook = buildHook;
  }

  public Hook requiresHook() {
    return requiresHook;
  }

  public Hook buildHook() {
    return buildHook;
  }

  /** The name in outputs, for example {@code wheel}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
