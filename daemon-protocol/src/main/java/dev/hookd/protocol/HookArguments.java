package dev.hookd.protocol;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a hook call; one that is {@code null} is Python's {@code None}. Which ones a
 * hook takes says {@link Hook#arguments()}; the others are not sent.
 *
 * @param wheelDirectory where {@code build_wheel} and {@code build_editable} put the wheel; exists
 * @param sdistDirectory where {@code build_sdist} puts the sdist; exists
 * @param metadataDirectory for {@code prepare_metadata_*} the directory to put the {@code
 *     .dist-info} in; for {@code build_*} the {@code .dist-info} directory that was prepared, or
 *     {@code null}
 * @param configSettings or {@code null} for {@code None}
 */
public record HookArguments(
    @Nullable Path wheelDirectory,
    @Nullable Path sdistDirectory,
    @Nullable Path metadataDirectory,
    @Nullable ConfigSettings configSettings) {

  /** For a hook that takes nothing but config settings, and gets none. */
  public static final HookArguments NONE = new HookArguments(null, null, null, null);

  public HookArguments withConfigSettings(@Nullable ConfigSettings settings) {
    return new HookArguments(wheelDirectory, sdistDirectory, metadataDirectory, settings);
  }

  /**
   * The directory passed for that argument; empty for {@code None} and for {@link
   * HookArgument#CONFIG_SETTINGS}.
   */
  Optional<Path> directory(HookArgument argument) {
    return Optional.ofNullable(
        switch (argument) {
          case WHEEL_DIRECTORY -> wheelDirectory;
          case SDIST_DIRECTORY -> sdistDirectory;
          case METADATA_DIRECTORY -> metadataDirectory;
          case CONFIG_SETTINGS -> null;
        });
  }
}
