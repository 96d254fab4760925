/**
 * The notation of dependencies: names (PEP 503), versions and version specifiers (PEP 440),
 * requirements (PEP 508). Values alone: nothing here reads a file or starts a process.
 */
@NullMarked
package dev.hookd.frontend.requirement;

import org.jspecify.annotations.NullMarked;
