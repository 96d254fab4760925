/**
 * Many daemons behind one queue: keys, limits, retirement, restart, metrics.
 *
 * <p>{@link dev.hookd.pool.DaemonPool} is the face. How a call travels: {@code DaemonPool.submit}
 * -> {@code HookScheduler} (all state, one lock, decides) -> {@code PoolWorks} (does what was
 * decided, without the lock) -> {@link dev.hookd.client.HookDaemon}, and its answer back the same
 * way. A call that is to be verified is held on its way in ({@code Admission}) while {@code
 * Verifications} have {@code ShadowVerifier} run it in a copy of its tree. The meters are listed in
 * {@code docs/operations.md}.
 */
@NullMarked
package dev.hookd.pool;

import org.jspecify.annotations.NullMarked;
