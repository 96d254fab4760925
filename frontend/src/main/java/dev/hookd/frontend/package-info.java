/**
 * The PEP 517 build front end: what turns a source tree or an sdist into metadata, requirements,
 * wheels.
 */
@NullMarked
package dev.hookd.frontend;

import org.jspecify.annotations.NullMarked;
