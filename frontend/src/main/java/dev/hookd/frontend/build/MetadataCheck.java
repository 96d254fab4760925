package dev.hookd.frontend.build;

import dev.hookd.protocol.Hook;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares what hooks make with what its metadata say. The wing that reads metadata implements it.
 * Thread-safe. Each method throws an {@link dev.hookd.frontend.InvalidProjectException} where what
 * the backend made is none.
 */
public interface MetadataCheck {

  /** The {@code METADATA} of a prepared {@code .dist-info} directory, as it is now. */
  byte[] prepared(Hook hook, Path distInfo);

  /**
   * Looks into a wheel, whose name must agree with its metadata.
   *
   * @param prepared the metadata that {@code build_wheel} was given; {@code null}: none
   * @return what differs from the prepared metadata, a sentence for each field
   */
  List<String> wheel(Hook hook, Path wheel, byte @Nullable [] prepared);

  /**
   * Compares the name of an sdist with the metadata in it.
   *
   * @return what is wrong, a sentence each
   */
  List<String> sdist(Path sdist);
}
