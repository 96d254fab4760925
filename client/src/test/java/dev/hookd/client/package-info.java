@NullMarked
package dev.hookd.client;

import org.jspecify.annotations.NullMarked;
