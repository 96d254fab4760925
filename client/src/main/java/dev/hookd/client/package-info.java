/** One warm Python daemon: launch, handshake, one conversation at a time, typed failures. */
@NullMarked
package dev.hookd.client;

import org.jspecify.annotations.NullMarked;
