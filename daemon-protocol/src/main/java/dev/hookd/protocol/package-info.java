/** Messages of the hookd line protocol and their Netty codec; knows nothing of processes. */
@NullMarked
package dev.hookd.protocol;

import org.jspecify.annotations.NullMarked;
