package dev.hookd.frontend.source;

import dev.hookd.frontend.InvalidProjectException;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Words the faults of one archive: each message names the archive, and the entry where known. */
final class ArchiveProblems {

  private final Path archive;

  ArchiveProblems(Path archive) {
    this.archive = archive;
  }

  Path archive() {
    return archive;
  }

  InvalidProjectException archive(String problem) {
    return archive(problem, null, null);
  }

  InvalidProjectException archive(
      String problem, @Nullable String hint, @Nullable Throwable cause) {
    return new InvalidProjectException(archive + " " + problem, hint, cause);
  }

  InvalidProjectException entry(String name, String problem) {
    return entry(name, problem, null, null);
  }

  InvalidProjectException entry(
      String name, String problem, @Nullable String hint, @Nullable Throwable cause) {
    return new InvalidProjectException(
        archive + ": entry " + Quoted.of(name) + " " + problem, hint, cause);
  }

  /**
   * The bytes do not make an archive: truncated, altered, or never one. Only an interrupt of this
   * thread is not the archive's fault.
   */
  RuntimeException damaged(Throwable cause) {
    if (cause instanceof ClosedByInterruptException interrupt) {
      return new UncheckedIOException("interrupted while reading " + archive, interrupt);
    }
    String message = cause.getMessage();
    String reason =
        cause instanceof EOFException
            ? "it ends too early"
            : message == null ? cause.getClass().getSimpleName() : message;
    return archive("is damaged: " + reason, "Fetch the file again.", cause);
  }
}
