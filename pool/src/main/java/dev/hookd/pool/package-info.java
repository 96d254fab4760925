/** Many daemons behind one queue: keys, limits, retirement, restart, metrics. */
@NullMarked
package dev.hookd.pool;

import org.jspecify.annotations.NullMarked;
