package dev.hookd.frontend.environment;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An environment as it was found in a cache directory. Immutable; the files may have changed since.
 *
 * @param root where it is installed ({@code sys.prefix}); the directory of all that has its id
 *     where it is {@link State#INCOMPLETE}
 * @param manifest empty where it is incomplete or cannot be read
 * @param manifestFault why the manifest that is there cannot be read
 * @param learnedDirectory where its daemons keep what they learn; may be missing
 * @param learned the files in it, by name
 */
public record CachedEnvironment(
    String id,
    State state,
    Path root,
    Optional<EnvironmentManifest> manifest,
    Optional<String> manifestFault,
    Path learnedDirectory,
    List<LearnedFile> learned) {

  /** How an environment stands. */
  public enum State {
    /** In use, or ready to be. */
    COMPLETE,
    /** The interpreter that it was made from is gone. */
    WITHOUT_PYTHON,
    /** Being made, or left by a process that was killed while it made it. */
    INCOMPLETE
  }

  public CachedEnvironment {
    learned = List.copyOf(learned);
  }

  /** What its daemons have learned, of the files that are usable. */
  public List<LearnedModules> learnedModules() {
    return learned.stream()
        .filter(LearnedFile.Usable.class::isInstance)
        .map(file -> ((LearnedFile.Usable) file).modules())
        .toList();
  }
}
