/** Running a project's hooks, and what is built with them. */
@NullMarked
package dev.hookd.frontend.build;

import org.jspecify.annotations.NullMarked;
