package dev.hookd.frontend.metadata;

import dev.hookd.client.HookMissingException;
import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.frontend.MetadataSource;
import dev.hookd.frontend.build.HookProducts;
import dev.hookd.frontend.build.ProjectSession;
import dev.hookd.frontend.source.PrivateDirectory;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Gets the metadata of the wheel that a project would be built into: from {@code
 * prepare_metadata_for_build_wheel} where the backend has it, else from the wheel itself (PEP 517,
 * "Optional hooks").
 */
public final class MetadataResolver {

  /** The metadata and the way it was got. */
  public record Resolved(CoreMetadata metadata, MetadataSource source) {}

  private MetadataResolver() {}

  /**
   * Runs the hooks.
   *
   * @param workParent an existing directory for what the hooks make, which is deleted
   * @throws InvalidProjectException if what the backend made is no metadata
   */
  public static Resolved resolve(ProjectSession project, Path workParent) {
    try (PrivateDirectory work = PrivateDirectory.create(workParent, "metadata-")) {
      try {
        return prepared(project, work.path());
      } catch (HookMissingException e) {
        return fromWheel(project, work.path());
      }
    }
  }

  private static Resolved prepared(ProjectSession project, Path directory) {
    Hook hook = Hook.PREPARE_METADATA_FOR_BUILD_WHEEL;
    HookArguments arguments = new HookArguments(null, null, directory, null);
    Path distInfo = HookProducts.of(hook, project.call(hook, arguments), directory);
    Path file = distInfo.resolve("METADATA");
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw broken(hook, distInfo.getFileName() + " has no METADATA file", null);
    }
    byte[] raw;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      raw = WheelFile.readBounded(in);
    } catch (IOException e) {
      throw broken(hook, String.valueOf(e.getMessage()), e);
    }
    return new Resolved(parse(hook, raw), MetadataSource.PREPARE_METADATA);
  }

  private static Resolved fromWheel(ProjectSession project, Path directory) {
    Hook hook = Hook.BUILD_WHEEL;
    HookArguments arguments = new HookArguments(directory, null, null, null);
    Path wheel = HookProducts.of(hook, project.call(hook, arguments), directory);
    byte[] raw;
    try {
      raw = WheelFile.readMetadata(wheel);
    } catch (IOException e) {
      throw broken(hook, String.valueOf(e.getMessage()), e);
    }
    return new Resolved(parse(hook, raw), MetadataSource.WHEEL);
  }

  private static CoreMetadata parse(Hook hook, byte[] raw) {
    try {
      return CoreMetadata.parse(raw);
    } catch (IllegalArgumentException e) {
      throw broken(hook, String.valueOf(e.getMessage()), e);
    }
  }

  private static InvalidProjectException broken(Hook hook, String what, @Nullable Exception cause) {
    return new InvalidProjectException(
        "what the hook " + hook.wireName() + " made cannot be used: " + what,
        "this is an error of the project's build backend",
        cause);
  }
}
