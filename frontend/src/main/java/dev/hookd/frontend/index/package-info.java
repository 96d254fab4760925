/**
 * Access to package indexes through the Simple API (PEP 503, 592, 629, 658, 691, 700, 714): which
 * files a project has, and the files themselves. Knows names and versions, and nothing of sources,
 * interpreters and environments.
 */
@NullMarked
package dev.hookd.frontend.index;

import org.jspecify.annotations.NullMarked;
