package dev.hookd.frontend;

import dev.hookd.frontend.index.IndexListener.Resource;
import dev.hookd.frontend.system.CacheListener;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is counted and timed of the work on projects, and of what is kept of it. This one counts
 * nothing.
 */
interface WorkMeters extends CacheListener, AutoCloseable {

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

  /**
   * A request to an index, or for a file, has ended.
   *
   * @param failure null where there was an answer
   */
  default void requestEnded(Resource resource, Duration elapsed, @Nullable Exception failure) {}

  /** An attempt of a request has failed, and there will be another one. */
  default void requestRetried() {}

  /**
   * A file has come over the network.
   *
   * @param bytes how many of it had not come before
   */
  default void downloaded(long bytes) {}

  default void downloadFailed(Exception failure) {}

  /** Takes away what was counted. */
  @Override
  default void close() {}
}
