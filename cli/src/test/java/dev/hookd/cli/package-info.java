/** Tests of the command. */
@NullMarked
package dev.hookd.cli;

import org.jspecify.annotations.NullMarked;
