/** Core metadata: read from a hook's answer or from a wheel. */
@NullMarked
package dev.hookd.frontend.metadata;

import org.jspecify.annotations.NullMarked;
