package dev.hookd.pool;

import dev.hookd.pool.PendingCall.Stage;
import dev.hookd.protocol.Isolation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The calls that are verified before they run: so many at a time, the others in line for it. Each
 * verification that was begun is reported as {@linkplain #over over} once, also when its call has
 * got its outcome meanwhile. Belongs to the scheduler's lock.
 */
final class HeldCalls {

  private final double rate;
  private final int atATime;
  private final RandomGenerator random;
  private final Quarantine quarantine;
  private final Deque<PendingCall> inLine = new ArrayDeque<>();

  /** Those of the calls being verified that still wait for it. */
  private final Set<PendingCall> verified = new LinkedHashSet<>();

  private int verifications;

  HeldCalls(PoolConfig config, RandomGenerator random, Quarantine quarantine) {
    this.rate = config.verifyRate();
    // A verification keeps one daemon busy at a time, so that more of them would only fill the
    // disk.
    this.atATime = config.maxDaemons();
    this.random = random;
    this.quarantine = quarantine;
  }

  /** Whether chance wants this call verified; of those that would run warm. */
  boolean wants(PendingCall call) {
    return rate > 0
        && call.shadowOf == null
        && quarantine.applied(call.key, call.request).isolation() == Isolation.FORK
        && random.nextDouble() < rate;
  }

  int size() {
    return inLine.size() + verified.size();
  }

  /** Whether nothing works on a call any more. */
  boolean isQuiet() {
    return verifications == 0;
  }

  /** Holds a call; tells whether its verification begins at once. */
  boolean hold(PendingCall call, List<Effect> out) {
    call.stage = Stage.HELD;
    inLine.add(call);
    return beginNext(out);
  }

  /** A verification has ended, and left nothing behind. The next one begins. */
  void over(PendingCall call, List<Effect> out) {
    verified.remove(call);
    verifications--;
    beginNext(out);
  }

  /** The call needs no verification any more. */
  void giveUp(PendingCall call, List<Effect> out) {
    call.requestCancel();
    if (!inLine.remove(call) && verified.remove(call)) {
      out.add(new Effect.EndVerification(call));
    }
  }

  /** Takes out those that have been in line for too long. */
  List<PendingCall> expired(long now) {
    List<PendingCall> expired = new ArrayList<>();
    for (Iterator<PendingCall> line = inLine.iterator(); line.hasNext(); ) {
      PendingCall call = line.next();
      if (!Nanos.isBefore(now, call.deadline)) {
        line.remove();
        expired.add(call);
      }
    }
    return expired;
  }

  /** When the next one has been in line for too long; empty when none is in line. */
  OptionalLong nextToExpire() {
    return inLine.stream()
        .mapToLong(call -> call.deadline)
        .reduce((one, other) -> Nanos.isBefore(one, other) ? one : other);
  }

  /** All that are held, as a copy. */
  List<PendingCall> all() {
    List<PendingCall> all = new ArrayList<>(verified);
    all.addAll(inLine);
    return all;
  }

  /** Takes out those whose verification has not begun. */
  List<PendingCall> takeLine() {
    List<PendingCall> line = List.copyOf(inLine);
    inLine.clear();
    return line;
  }

  private boolean beginNext(List<Effect> out) {
    if (verifications >= atATime || inLine.isEmpty()) {
      return false;
    }
    PendingCall next = inLine.remove();
    verified.add(next);
    verifications++;
    out.add(new Effect.Verify(next));
    return true;
  }
}
