package dev.hookd.client;

/** Where a hook writes. */
public enum HookStream {
  STDOUT,
  STDERR
}
