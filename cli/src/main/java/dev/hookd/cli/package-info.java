/** The {@code hookd} command: a thin face over the build front end. */
@NullMarked
package dev.hookd.cli;

import org.jspecify.annotations.NullMarked;
