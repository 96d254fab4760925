package dev.hookd.frontend.build;

import dev.hookd.client.HookFailedException;
import dev.hookd.client.HookMissingException;
import dev.hookd.client.HookResult;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.frontend.Product;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.TreeUse;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.frontend.environment.BuildEnvironments;
import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.source.CopyLimits;
import dev.hookd.frontend.source.SourceTree;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.FeaturesRequest;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private boolean holdsTree;

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
            ? BackendPaths.fixed(wanted, tree.root())
            : new BuildBackend(tree.buildSystem().buildBackend(), tree.buildSystem().backendPath());
  }

  /** Whether hooks run in an environment of their own, rather than in the interpreter as it is. */
  public boolean isIsolated() {
    return settings.buildIsolation();
  }

  /** The backend that the hooks are called of; a path that leads out of the tree is absolute. */
  public BuildBackend backend() {
    return backend;
  }

  /**
   * Opens a session where the settings want it: in the tree or in a copy of it. Takes over the
   * tree, and closes it where this fails.
   *
   * @param expectedName the project that it must be, as far as it says that before its code runs;
   *     {@code null}: any
   * @param parentOfPrivateDirectory where a copy is made; exists
   * @throws InvalidProjectException if the tree cannot be built so, or is of another project
   */
  public static ProjectSession open(
      SourceTree tree,
      @Nullable String expectedName,
      BuildSettings settings,
      EnvironmentProvider environments,
      HookRunner runner,
      Path parentOfPrivateDirectory) {
    SourceTree used = tree;
    try {
      requireName(tree, expectedName);
      BuildSettings fixed = settings;
      if (settings.treeUse() == TreeUse.PRIVATE_COPY && !tree.isPrivate()) {
        BuildBackend wanted = settings.backend();
        if (wanted != null) { // from here on it may be relative to the copy only
          fixed = settings.toBuilder().backend(BackendPaths.fixed(wanted, tree.root())).build();
        }
        used = copy(tree, runner, parentOfPrivateDirectory);
      }
      return new ProjectSession(used, fixed, environments, runner);
    } catch (RuntimeException e) {
      used.close();
      throw e;
    }
  }

  /** What is meant for one project alone must not be got by another that an index has mixed up. */
  private static void requireName(SourceTree tree, @Nullable String expected) {
    String stated = expected == null ? null : StatedName.of(tree.root());
    if (stated != null
        && !ProjectName.normalize(stated)
            .equals(ProjectName.normalize(Objects.requireNonNull(expected)))) {
      throw new InvalidProjectException(
          "the sdist of " + expected + " says that it is " + stated,
          "its file name and its metadata disagree, which is an error of the project",
          null);
    }
  }

  /** A copy of the tree between two builds, not of one that is under way. */
  private static SourceTree copy(SourceTree tree, HookRunner runner, Path parent) {
    TreeLocks.Held lock = runner.lock(tree);
    try (lock) {
      return tree.privateCopy(parent, CopyLimits.defaults(), warning -> runner.warn(tree, warning));
    }
  }

  SourceTree tree() {
    return tree;
  }

  BuildSettings settings() {
    return settings;
  }

  /** Tells the listener that something is wrong with what is being built. */
  void warn(String message) {
    runner.warn(tree, message);
  }

  /** Whatever hooks run until this is closed, nobody else's run in the tree meanwhile. */
  TreeLocks.Held holdTree() {
    if (holdsTree) {
      return () -> {};
    }
    TreeLocks.Held lock = runner.lock(tree);
    holdsTree = true;
    return () -> {
      holdsTree = false;
      lock.close();
    };
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
    return run(environmentFor(Hook.GET_REQUIRES_FOR_BUILD_WHEEL), request).strings().stream()
        .flatMap(name -> Hook.ofWireName(name).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  @SuppressWarnings("try") // the environment and the tree are held, not used
  private HookResult run(BuildEnvironment environment, DaemonRequest request) {
    try (BuildEnvironments.Hold heldEnvironment = environments.hold(environment);
        TreeLocks.Held heldTree = holdTree()) {
      return runner.run(environment, request, settings);
    } catch (HookFailedException e) {
      throw FailureHints.of(e).map(e::withHint).orElse(e);
    }
  }

  /**
   * The environment that a hook runs in; made where it does not exist yet, after the backend was
   * asked what the hook needs.
   */
  public BuildEnvironment environmentFor(Hook hook) {
    return settings.buildIsolation()
        ? environments.isolated(requirementsFor(hook), settings)
        : environments.withoutIsolation(settings);
  }

  /** What is in that environment: what is declared, what the settings add, what is asked for. */
  public List<String> requirementsFor(Hook hook) {
    Product product = productOf(hook);
    return product == null ? declaredOnce(List.of()) : declaredOnce(extraRequirements(product));
  }

  private List<String> declaredOnce(List<String> extra) {
    return Stream.of(declaredRequirements(), ownRequirements, extra)
        .flatMap(List::stream)
        .distinct()
        .toList();
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
