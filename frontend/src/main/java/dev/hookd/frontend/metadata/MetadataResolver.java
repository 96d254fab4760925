package dev.hookd.frontend.metadata;

import dev.hookd.client.HookMissingException;
import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.frontend.MetadataSource;
import dev.hookd.frontend.Product;
import dev.hookd.frontend.build.HookProducts;
import dev.hookd.frontend.build.ProjectSession;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.frontend.metadata.CacheEntry.Answer;
import dev.hookd.frontend.metadata.CacheEntry.UsedEnvironment;
import dev.hookd.frontend.source.PrivateDirectory;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Gets the metadata of the wheel that a project would be built into from its backend: asks first
 * what it needs ({@code get_requires_for_build_wheel}), always; then {@code
 * prepare_metadata_for_build_wheel} where it has that, else builds the wheel (PEP 517, "Optional
 * hooks"). For one project and one thread.
 */
final class MetadataResolver {

  private final ProjectSession project;
  private final Path workParent;
  private final Steps steps;
  private final BiConsumer<BuildEnvironment, Path> builtWheels;
  private final List<UsedEnvironment> environments = new ArrayList<>();

  /**
   * @param workParent an existing directory for what the hooks make, which is deleted
   * @param builtWheels is shown a wheel that had to be built, and where it was, before it is
   *     deleted
   */
  MetadataResolver(
      ProjectSession project,
      Path workParent,
      Steps steps,
      BiConsumer<BuildEnvironment, Path> builtWheels) {
    this.project = project;
    this.workParent = workParent;
    this.steps = steps;
    this.builtWheels = builtWheels;
  }

  /**
   * Runs the hooks.
   *
   * @throws InvalidProjectException if what the backend made is no metadata
   */
  Answer resolve() {
    environmentFor(Hook.GET_REQUIRES_FOR_BUILD_WHEEL);
    steps.time("requires-hook", () -> project.extraRequirements(Product.WHEEL));
    BuildEnvironment environment = environmentFor(Hook.PREPARE_METADATA_FOR_BUILD_WHEEL);
    try (PrivateDirectory work = PrivateDirectory.create(workParent, "metadata-")) {
      try {
        return steps.time("prepare-metadata", () -> prepared(work.path()));
      } catch (HookMissingException e) {
        return steps.time("build-wheel", () -> fromWheel(environment, work.path()));
      }
    }
  }

  /** The environments that hooks ran in so far, also where one has failed. */
  List<UsedEnvironment> environments() {
    return environments;
  }

  private BuildEnvironment environmentFor(Hook hook) {
    BuildEnvironment environment = steps.time("environment", () -> project.environmentFor(hook));
    environments.add(new UsedEnvironment(project.requirementsFor(hook), environment.id()));
    return environment;
  }

  private Answer prepared(Path directory) {
    Hook hook = Hook.PREPARE_METADATA_FOR_BUILD_WHEEL;
    HookArguments arguments = new HookArguments(null, null, directory, null);
    Path distInfo = HookProducts.of(hook, project.call(hook, arguments), directory);
    return new Answer(
        BuiltMetadata.ofDistInfo(hook, distInfo),
        MetadataSource.PREPARE_METADATA,
        MetadataField.ALL);
  }

  private Answer fromWheel(BuildEnvironment environment, Path directory) {
    Hook hook = Hook.BUILD_WHEEL;
    HookArguments arguments = new HookArguments(directory, null, null, null);
    Path wheel = HookProducts.of(hook, project.call(hook, arguments), directory);
    CoreMetadata metadata = BuiltMetadata.ofWheel(hook, wheel);
    builtWheels.accept(environment, wheel);
    return new Answer(metadata, MetadataSource.WHEEL, MetadataField.ALL);
  }
}
