package dev.hookd.pool;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says once and for all that a verification is not wanted any more. Thread-safe. */
final class CancelSignal {

  private final CountDownLatch raised = new CountDownLatch(1);

  void raise() {
    raised.countDown();
  }

  boolean isRaised() {
    return raised.getCount() == 0;
  }

  /**
   * Waits for that time, and ends early by the signal.
   *
   * @throws NotVerifiedException if the signal came
   */
  void sleep(Duration time) throws NotVerifiedException, InterruptedException {
    if (raised.await(Nanos.of(time), TimeUnit.NANOSECONDS)) {
      throw asRefusal();
    }
  }

  /**
   * @throws NotVerifiedException if the signal came
   */
  void check() throws NotVerifiedException {
    if (isRaised()) {
      throw asRefusal();
    }
  }

  NotVerifiedException asRefusal() {
    return NotVerifiedException.skipped("the call was cancelled");
  }
}
