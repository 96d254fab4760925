@NullMarked
package dev.hookd.frontend.source;

import org.jspecify.annotations.NullMarked;
