/** Which Python interpreters there are, what each of them is, and which one a request means. */
@NullMarked
package dev.hookd.frontend.interpreter;

import org.jspecify.annotations.NullMarked;
