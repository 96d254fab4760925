/**
 * What the wings need of the machine they run on: processes, files that survive a crash, locks
 * between processes, the cache directory. Knows nothing of Python.
 */
@NullMarked
package dev.hookd.frontend.system;

import org.jspecify.annotations.NullMarked;
