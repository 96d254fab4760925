package dev.hookd.frontend.build;

import dev.hookd.client.HookMissingException;
import dev.hookd.client.HookResult;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Product;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.frontend.environment.BuildEnvironments;
import dev.hookd.frontend.source.SourceTree;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.FeaturesRequest;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One project while it is worked on: its tree, its backend, and the environments that its hooks run
 * in. For one thread at a time.
 */
public final class ProjectSession implements AutoCloseable {

  private final SourceTree tree;
  private final BuildSettings settings;
  private final List<String> ownRequirements;
  private final EnvironmentProvider environments;
  private final HookRunner runner;
  private final BuildBackend backend;
  private final Map<Product, List<String>> extraRequirements = new EnumMap<>(Product.class);

  /**
   * Takes over the tree.
   *
   * @throws dev.hookd.frontend.InvalidProjectException if its {@code pyproject.toml} cannot be
   *     used; the tree stays open then
   */
  public ProjectSession(
      SourceTree tree,
      BuildSettings settings,
      EnvironmentProvider environments,
      HookRunner runner) {
    this.tree = tree;
    RequirementOptions requirements = settings.requirements();
    String name = requirements.packages().isEmpty() ? null : StatedName.of(tree.root());
    this.settings = settings.forPackage(name);
    this.ownRequirements = requirements.forPackage(name).extraRequirements();
    this.environments = environments;
    this.runner = runner;
    BuildBackend wanted = settings.backend();
    this.backend =
        wanted != null
            ? wanted
            : new BuildBackend(tree.buildSystem().buildBackend(), tree.buildSystem().backendPath());
  }

  /**
   * {@code build-system.requires}, or its default (PEP 518); nothing where only the settings say
   * how the tree is built.
   */
  public List<String> declaredRequirements() {
    return settings.backend() == null || tree.isProject()
        ? tree.buildSystem().requires()
        : List.of();
  }

  /**
   * What the backend asks for on top to build that product: {@code get_requires_for_build_*},
   * called once; an empty list where the backend does not define it (PEP 517, "Optional hooks").
   */
  public List<String> extraRequirements(Product product) {
    List<String> known = extraRequirements.get(product);
    if (known == null) {
      try {
        known = call(product.requiresHook(), HookArguments.NONE).strings();
      } catch (HookMissingException e) {
        known = List.of();
      }
      extraRequirements.put(product, known);
    }
    return known;
  }

  /**
   * Runs one hook in an environment that has what the hook needs, asking the backend for that first
   * where it must.
   */
  public HookResult call(Hook hook, HookArguments arguments) {
    HookArguments complete =
        arguments.configSettings() == null
            ? arguments.withConfigSettings(settings.configSettings())
            : arguments;
    HookRequest request =
        HookRequest.of(tree.root(), backend, hook, complete).withIsolation(settings.isolation());
    return run(environmentFor(hook), request);
  }

  /** The hooks that the backend defines. */
  public Set<Hook> features() {
    FeaturesRequest request =
        new FeaturesRequest(tree.root(), backend, Map.of(), settings.isolation());
    return run(environment(List.of()), request).strings().stream()
        .flatMap(name -> Hook.ofWireName(name).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  @SuppressWarnings("try") // the environment is held, not used
  private HookResult run(BuildEnvironment environment, DaemonRequest request) {
    try (BuildEnvironments.Hold held = environments.hold(environment)) {
      return runner.run(environment, request, settings);
    }
  }

  BuildEnvironment environmentFor(Hook hook) {
    Product product = productOf(hook);
    boolean isolated = settings.buildIsolation();
    return environment(product == null || !isolated ? List.of() : extraRequirements(product));
  }

  private BuildEnvironment environment(List<String> extra) {
    if (!settings.buildIsolation()) {
      return environments.withoutIsolation(settings);
    }
    Set<String> requirements =
        Stream.of(declaredRequirements(), ownRequirements, extra)
            .flatMap(List::stream)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return environments.isolated(List.copyOf(requirements), settings);
  }

  /**
   * The product whose requirements the hook needs; {@code null} for the hooks that only need the
   * declared ones.
   */
  private static @Nullable Product productOf(Hook hook) {
    return switch (hook) {
      case GET_REQUIRES_FOR_BUILD_WHEEL,
          GET_REQUIRES_FOR_BUILD_SDIST,
          GET_REQUIRES_FOR_BUILD_EDITABLE ->
          null;
      case PREPARE_METADATA_FOR_BUILD_WHEEL, BUILD_WHEEL -> Product.WHEEL;
      case PREPARE_METADATA_FOR_BUILD_EDITABLE, BUILD_EDITABLE -> Product.EDITABLE;
      case BUILD_SDIST -> Product.SDIST;
    };
  }

  /** Deletes the tree of an unpacked sdist. */
  @Override
  public void close() {
    tree.close();
  }
}
