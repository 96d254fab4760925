/** The {@code hookd} command. */
@NullMarked
package dev.hookd.cli;

import org.jspecify.annotations.NullMarked;
