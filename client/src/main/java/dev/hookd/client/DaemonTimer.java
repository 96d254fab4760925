package dev.hookd.client;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clock of all deadlines: one thread for all daemons, started when it is first needed. */
final class DaemonTimer {

  private static final Logger LOG = LoggerFactory.getLogger(DaemonTimer.class);

  static final ScheduledExecutorService SHARED = create();

  /** The longest duration in nanoseconds that two points of {@link System#nanoTime} can span. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE >> 1);

  private DaemonTimer() {}

  static long nanos(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
  }

  /**
   * Runs a short task later. What it throws is logged: nobody waits for it.
   *
   * @return to cancel it with
   */
  static Future<?> schedule(ScheduledExecutorService timer, Duration delay, Runnable task) {
    return timer.schedule(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            LOG.error("A timed task of a daemon failed", e);
          }
        },
        nanos(delay),
        TimeUnit.NANOSECONDS);
  }

  private static ScheduledExecutorService create() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "hookd-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(5, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    return timer;
  }
}
