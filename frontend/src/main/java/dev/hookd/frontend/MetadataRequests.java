package dev.hookd.frontend;

import dev.hookd.frontend.metadata.CoreMetadata;
import dev.hookd.frontend.metadata.MetadataField;
import dev.hookd.frontend.metadata.MetadataService;
import dev.hookd.frontend.metadata.SharedRequests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Answers what the metadata of an input are: fetches what is not here, asks a wheel that there is
 * already where the caller allows that, and else the sdist or tree. Requests for the same thing at
 * the same time are one. Thread-safe.
 */
final class MetadataRequests {

  private final MetadataService service;
  private final InputFetcher fetcher;
  private final SharedRequests<Object, MetadataResult> shared = new SharedRequests<>();

  MetadataRequests(MetadataService service, InputFetcher fetcher) {
    this.service = service;
    this.fetcher = fetcher;
  }

  /**
   * Starts the work, or joins the same work in progress.
   *
   * @param start runs it in the background
   */
  CompletableFuture<MetadataResult> join(
      Input input,
      BuildSettings settings,
      Function<WorkerThreads.Work<MetadataResult>, CompletableFuture<MetadataResult>> start) {
    Optional<Object> key =
        input instanceof Input.Local local
            ? service.sharingKey(local.path(), settings)
            : Optional.of(List.of(input, settings));
    return key.isEmpty()
        ? start.apply(() -> answer(input, settings))
        : shared.join(key.get(), () -> start.apply(() -> answer(input, settings)));
  }

  private MetadataResult answer(Input input, BuildSettings settings) throws IOException {
    long begin = System.nanoTime();
    if (settings.allowWheels() && settings.metadataPolicy() != MetadataPolicy.BUILD) {
      Optional<byte[]> wheel = fetcher.wheelMetadata(input, settings);
      if (wheel.isPresent()) {
        return InputCheck.matches(input, ofWheel(input, wheel.get(), since(begin)));
      }
    }
    boolean runsHooks = settings.metadataPolicy() == MetadataPolicy.BUILD;
    Path local = fetcher.fetch(input, runsHooks, settings);
    Duration fetched = since(begin);
    MetadataResult result = service.of(local, InputCheck.expectedName(input), settings);
    return InputCheck.matches(
        input, input instanceof Input.Local ? result : result.after("fetch", fetched));
  }

  private static MetadataResult ofWheel(Input input, byte[] file, Duration took) {
    CoreMetadata metadata;
    try {
      metadata = CoreMetadata.parse(file);
    } catch (IllegalArgumentException e) {
      throw new InvalidProjectException(
          "the metadata of the wheel of " + input + " cannot be used: " + e.getMessage(),
          "without --allow-wheels its sdist is asked",
          e);
    }
    return new MetadataResult(
        metadata,
        MetadataSource.EXISTING_WHEEL,
        MetadataField.ALL,
        false,
        Map.of("fetch", took),
        took);
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
