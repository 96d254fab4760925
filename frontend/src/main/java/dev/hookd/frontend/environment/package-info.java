/**
 * Interpreters and build environments: frozen, named by what is in them, made once and shared by
 * every process that uses the same cache directory.
 */
@NullMarked
package dev.hookd.frontend.environment;

import org.jspecify.annotations.NullMarked;
