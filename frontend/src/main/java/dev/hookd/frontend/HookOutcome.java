package dev.hookd.frontend;

import dev.hookd.client.HookResult;
import dev.hookd.frontend.metadata.BuiltMetadata;
import dev.hookd.frontend.metadata.CoreMetadata;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A hook that has succeeded.
 *
 * @param context as it was called
 * @param result what the hook returned, what it wrote, and what it took
 * @param product the file or the {@code .dist-info} directory that it made, absolute; it is not yet
 *     where the caller will find it. {@code null} for {@code get_requires_*}
 */
public record HookOutcome(HookContext context, HookResult result, @Nullable Path product) {

  /**
   * The metadata of the wheel or the {@code .dist-info} directory; empty for an sdist and for
   * requirements. Read anew at each call.
   *
   * @throws InvalidProjectException if the backend made what is none
   */
  public Optional<CoreMetadata> metadata() {
    Path made = product;
    if (made == null) {
      return Optional.empty();
    }
    return switch (context.hook()) {
      case BUILD_WHEEL, BUILD_EDITABLE -> Optional.of(BuiltMetadata.ofWheel(context.hook(), made));
      case PREPARE_METADATA_FOR_BUILD_WHEEL, PREPARE_METADATA_FOR_BUILD_EDITABLE ->
          Optional.of(BuiltMetadata.ofDistInfo(context.hook(), made));
      default -> Optional.empty();
    };
  }
}
