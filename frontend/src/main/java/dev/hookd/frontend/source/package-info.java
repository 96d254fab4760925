/** What is to be built: source trees, what their {@code pyproject.toml} asks for, and sdists. */
@NullMarked
package dev.hookd.frontend.source;

import org.jspecify.annotations.NullMarked;
