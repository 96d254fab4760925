/** What the tests of this module and of those above it share. */
@NullMarked
package dev.hookd.client.testing;

import org.jspecify.annotations.NullMarked;
