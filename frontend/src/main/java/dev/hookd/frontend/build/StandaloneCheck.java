package dev.hookd.frontend.build;

import dev.hookd.client.HookCancelledException;
import dev.hookd.client.HookMissingException;
import dev.hookd.client.HookdException;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.HookVetoedException;
import dev.hookd.frontend.WorkCancelledException;
import dev.hookd.pool.PoolClosedException;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether an sdist that was built with a backend from elsewhere can be built by those who have
 * nothing but the sdist: with the backend that it names itself.
 */
final class StandaloneCheck {

  private StandaloneCheck() {}

  /**
   * Lets the sdist's own backend prepare its metadata, or, where it does not define that, only say
   * which hooks it has.
   *
   * @param work an existing directory of its own
   * @return what is wrong
   */
  static Optional<String> problem(
      SessionFactory sessions, Path sdist, BuildSettings settings, Path work) {
    try (ProjectSession alone = sessions.open(sdist, settings.toBuilder().backend(null).build())) {
      Hook prepare = Hook.PREPARE_METADATA_FOR_BUILD_WHEEL;
      try {
        HookArguments arguments = new HookArguments(null, null, work, null);
        HookProducts.of(prepare, alone.call(prepare, arguments), work);
        return Optional.empty();
      } catch (HookMissingException e) {
        return alone.features().contains(Hook.BUILD_WHEEL)
            ? Optional.empty()
            : Optional.of(said(sdist, "its own build backend does not define build_wheel"));
      }
    } catch (HookCancelledException
        | WorkCancelledException
        | PoolClosedException
        | HookVetoedException e) {
      throw e; // says nothing of the sdist
    } catch (HookdException e) {
      return Optional.of(said(sdist, String.valueOf(e.getMessage())));
    }
  }

  private static String said(Path sdist, String reason) {
    return "%s cannot be built on its own, without the backend-path that was given here: %s"
        .formatted(sdist.getFileName(), reason.strip());
  }
}
