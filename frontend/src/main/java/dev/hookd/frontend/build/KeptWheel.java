package dev.hookd.frontend.build;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The wheel of one project, where it had to be built for its metadata and was kept. */
public interface KeptWheel {

  /** There is none. */
  KeptWheel NONE = directory -> Optional.empty();

  /**
   * Puts it into a directory.
   *
   * @param directory exists
   * @return the wheel there; empty when none was kept, and it is to be built
   */
  Optional<Path> restore(Path directory) throws IOException;
}
