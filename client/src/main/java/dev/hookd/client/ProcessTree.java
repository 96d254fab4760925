package dev.hookd.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process and what descends from it, to be killed together.
 *
 * <p>What is guaranteed: while the root is alive its descendants are found by parentage, whatever
 * their session or process group, and killed before it, until none is new; so a root that is a
 * subreaper (this project's daemon) takes all of its tree along. Processes that are nobody's
 * descendants any more, because a root that is no subreaper let them go or because it was killed
 * first, are found on Linux as long as they hold one of the three standard streams that the root
 * gave them. Nothing else is found, and nothing that does not belong to the tree is ever killed.
 */
final class ProcessTree {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessTree.class);
  private static final Path PROC = Path.of("/proc");

  /** A tree that forks faster than this many looks is left to the kill of its root. */
  private static final int MAX_ROUNDS = 100;

  private final ProcessHandle root;
  private final Set<String> pipes;

  /** Of a process that has just been started with pipes of its own. */
  ProcessTree(ProcessHandle root) {
    this.root = root;
    this.pipes = pipes(PROC.resolve(Long.toString(root.pid())));
  }

  /** Returns when the signals have been sent. Idempotent. */
  void kill() {
    Set<ProcessHandle> killed = new HashSet<>();
    for (int round = 0; round < MAX_ROUNDS && root.isAlive(); round++) {
      List<ProcessHandle> found = root.descendants().filter(killed::add).toList();
      if (found.isEmpty()) {
        break;
      }
      found.forEach(ProcessHandle::destroyForcibly);
    }
    root.destroyForcibly();
    strays().forEach(ProcessHandle::destroyForcibly);
  }

  private List<ProcessHandle> strays() {
    if (pipes.isEmpty()) {
      return List.of();
    }
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != root.pid())
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> holdsPipe(PROC.resolve(Long.toString(process.pid()))))
        .toList();
  }

  /**
   * Only as one of the three standard streams: a process that this JVM is just starting holds all
   * of our descriptors for a moment, but under other numbers.
   */
  private boolean holdsPipe(Path process) {
    return pipes(process).stream().anyMatch(pipes::contains);
  }

  /** {@code pipe:[4711]}; empty on a system without /proc, and for a process that is gone. */
  private static Set<String> pipes(Path process) {
    Set<String> pipes = new HashSet<>();
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
      target(process.resolve("fd/" + descriptor))
          .filter(target -> target.startsWith("pipe:"))
          .ifPresent(pipes::add);
    }
    return pipes;
  }

  private static Optional<String> target(Path link) {
    try {
      return Optional.of(Files.readSymbolicLink(link).toString());
    } catch (IOException | UnsupportedOperationException e) {
      LOG.trace("{} cannot be read", link, e); // gone, or another user's
      return Optional.empty();
    }
  }
}
