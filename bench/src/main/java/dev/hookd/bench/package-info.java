/** Benchmarks that the project's claims rest on. */
@NullMarked
package dev.hookd.bench;

import org.jspecify.annotations.NullMarked;
