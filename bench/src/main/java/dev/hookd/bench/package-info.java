/** Will hold the benchmarks; until then only its tests, which see every module, have content. */
@NullMarked
package dev.hookd.bench;

import org.jspecify.annotations.NullMarked;
