package dev.hookd.client;

import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.ErrorKind;
import dev.hookd.protocol.FeaturesRequest;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookError;
import dev.hookd.protocol.HookRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of one source tree's backend as methods (PEP 517, "Build backend interface", and PEP
 * 660), for callers that have a daemon at hand.
 *
 * <p>Each method runs one call of the daemon and waits for it: {@link HookDaemon#call} says how it
 * can fail. As safe for threads as the daemon: a call while another one is in progress is refused.
 *
 * @param sourceTree absolute; the hooks' working directory
 * @param timeout how long each call may take; {@code null}: as long as it likes
 */
public record BackendHooks(
    HookDaemon daemon, Path sourceTree, BuildBackend backend, @Nullable Duration timeout) {

  public BackendHooks {
    if (!sourceTree.isAbsolute()) {
      throw new IllegalArgumentException("the source tree must be absolute, got: " + sourceTree);
    }
  }

  /** PEP 508 requirements, as the backend returned them. */
  public List<String> getRequiresForBuildWheel(@Nullable ConfigSettings settings) {
    return requirements(Hook.GET_REQUIRES_FOR_BUILD_WHEEL, settings);
  }

  /** PEP 508 requirements, as the backend returned them. */
  public List<String> getRequiresForBuildEditable(@Nullable ConfigSettings settings) {
    return requirements(Hook.GET_REQUIRES_FOR_BUILD_EDITABLE, settings);
  }

  /** PEP 508 requirements, as the backend returned them. */
  public List<String> getRequiresForBuildSdist(@Nullable ConfigSettings settings) {
    return requirements(Hook.GET_REQUIRES_FOR_BUILD_SDIST, settings);
  }

  /**
   * Makes the core metadata of the wheel.
   *
   * @param metadataDirectory where the {@code .dist-info} directory is made; exists
   * @return its basename
   * @throws HookRuntimeException also if the backend returned no basename
   */
  public String prepareMetadataForBuildWheel(
      Path metadataDirectory, @Nullable ConfigSettings settings) {
    return basename(
        Hook.PREPARE_METADATA_FOR_BUILD_WHEEL,
        new HookArguments(null, null, metadataDirectory, settings));
  }

  /**
   * Makes the core metadata of the editable wheel.
   *
   * @param metadataDirectory where the {@code .dist-info} directory is made; exists
   * @return its basename
   * @throws HookRuntimeException also if the backend returned no basename
   */
  public String prepareMetadataForBuildEditable(
      Path metadataDirectory, @Nullable ConfigSettings settings) {
    return basename(
        Hook.PREPARE_METADATA_FOR_BUILD_EDITABLE,
        new HookArguments(null, null, metadataDirectory, settings));
  }

  /**
   * Makes a wheel.
   *
   * @param wheelDirectory where the wheel is made; exists
   * @param metadataDirectory the {@code .dist-info} directory that was prepared; {@code null} for
   *     none
   * @return the wheel's basename
   * @throws HookRuntimeException also if the backend returned no basename
   */
  public String buildWheel(
      Path wheelDirectory, @Nullable ConfigSettings settings, @Nullable Path metadataDirectory) {
    return basename(
        Hook.BUILD_WHEEL, new HookArguments(wheelDirectory, null, metadataDirectory, settings));
  }

  /**
   * Makes an editable wheel (PEP 660).
   *
   * @param wheelDirectory where the wheel is made; exists
   * @param metadataDirectory the {@code .dist-info} directory that was prepared; {@code null} for
   *     none
   * @return the wheel's basename
   * @throws HookRuntimeException also if the backend returned no basename
   */
  public String buildEditable(
      Path wheelDirectory, @Nullable ConfigSettings settings, @Nullable Path metadataDirectory) {
    return basename(
        Hook.BUILD_EDITABLE, new HookArguments(wheelDirectory, null, metadataDirectory, settings));
  }

  /**
   * Makes an sdist.
   *
   * @param sdistDirectory where the sdist is made; exists
   * @return the sdist's basename
   * @throws HookRuntimeException also if the backend returned no basename
   * @throws OperationUnsupportedException if the backend cannot make one
   */
  public String buildSdist(Path sdistDirectory, @Nullable ConfigSettings settings) {
    return basename(Hook.BUILD_SDIST, new HookArguments(null, sdistDirectory, null, settings));
  }

  /**
   * The hooks that the backend defines.
   *
   * @throws UnsupportedRequestException if the daemon is classic: it cannot tell
   */
  public Set<Hook> supportedHooks() {
    List<Hook> hooks = new ArrayList<>();
    daemon
        .call(FeaturesRequest.of(sourceTree, backend), timeout)
        .strings()
        .forEach(name -> Hook.ofWireName(name).ifPresent(hooks::add));
    return Set.copyOf(hooks);
  }

  private List<String> requirements(Hook hook, @Nullable ConfigSettings settings) {
    return call(hook, HookArguments.NONE.withConfigSettings(settings)).strings();
  }

  private HookResult call(Hook hook, HookArguments arguments) {
    return daemon.call(HookRequest.of(sourceTree, backend, hook, arguments), timeout);
  }

  private String basename(Hook hook, HookArguments arguments) {
    HookResult result = call(hook, arguments);
    Optional<String> basename = result.basename();
    if (basename.filter(BackendHooks::isBasename).isEmpty()) {
      String message =
          "%s returned %s, which is not the basename of anything in the directory it was given"
              .formatted(hook.wireName(), basename.map(name -> '"' + name + '"').orElse("None"));
      throw new HookRuntimeException(
          new CallReport(
              new HookError(ErrorKind.HOOK_RUNTIME_ERROR, message, null, null, false, false),
              result.output(),
              result.warnings(),
              result.usage(),
              result.daemon()));
    }
    return basename.get();
  }

  /** A path would lead out of the directory that the hook was given. */
  private static boolean isBasename(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == 0);
  }
}
