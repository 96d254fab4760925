package dev.hookd.frontend.build;

import dev.hookd.frontend.BuildSettings;
import java.nio.file.Path;

/** Opens an input; whoever asks closes the session. Thread-safe. */
public interface SessionFactory {

  /**
   * A session for a source tree or an sdist.
   *
   * @throws dev.hookd.frontend.InvalidProjectException if it is none
   */
  ProjectSession open(Path input, BuildSettings settings);
}
