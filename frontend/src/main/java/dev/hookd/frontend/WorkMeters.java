package dev.hookd.frontend;

import java.time.Duration;
import java.util.Set;

/** What is counted and timed of the work on projects. This one counts nothing. */
interface WorkMeters extends AutoCloseable {

  WorkMeters NONE = new WorkMeters() {};

  /** How much work waits for a thread, and how much is in progress. */
  default void watch(WorkerThreads workers) {}

  /** The same work, timed. */
  default WorkerThreads.Work<MetadataResult> metadata(WorkerThreads.Work<MetadataResult> work) {
    return work;
  }

  /** The same work, timed. */
  default WorkerThreads.Work<RequirementsResult> requirements(
      WorkerThreads.Work<RequirementsResult> work) {
    return work;
  }

  /**
   * The same work, timed.
   *
   * @param products in the order in which they are built
   */
  default WorkerThreads.Work<BuildResult> build(
      Set<Product> products, WorkerThreads.Work<BuildResult> work) {
    return work;
  }

  default void environmentCreated(Duration elapsed) {}

  default void environmentFailed(EnvironmentFailedException failure, Duration elapsed) {}

  /** Takes away what was counted. */
  @Override
  default void close() {}
}
