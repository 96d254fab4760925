package dev.hookd.protocol;

/**
 * A warning that Python showed while the hook ran.
 *
 * @param category the qualified name of the warning's class
 */
public record HookWarning(String message, String category, String filename, int lineno) {}
