/** Complete programs that embed hookd. Each is one file, to be read from its top. */
@NullMarked
package dev.hookd.examples;

import org.jspecify.annotations.NullMarked;
