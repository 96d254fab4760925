package dev.hookd.frontend.build;

import dev.hookd.client.HookFailedException;
import dev.hookd.client.HookMissingException;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Product;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.pool.DaemonKey;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.FeaturesRequest;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.Isolation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An sdist of the corpus while it is compared: which hooks, in which environments. For one thread
 * at a time; no tree is there between calls, except after the constructor.
 */
final class CorpusProject {

  /** A backend that cannot be imported is asked for these all the same. */
  private static final Set<Hook> ALWAYS =
      EnumSet.of(
          Hook.GET_REQUIRES_FOR_BUILD_WHEEL,
          Hook.PREPARE_METADATA_FOR_BUILD_WHEEL,
          Hook.BUILD_WHEEL,
          Hook.BUILD_SDIST);

  private final CorpusSdist sdist;
  private final PristineTree tree;
  private final BuildBackend backend;
  private final Map<Product, BuildEnvironment> environments = new EnumMap<>(Product.class);
  private final BuildEnvironment declared;
  private final Set<Hook> defined;

  /**
   * Asks the backend which hooks it has and what they need, and makes the environments. The tree is
   * there when this returns.
   */
  CorpusProject(
      CorpusSdist sdist,
      Path work,
      EnvironmentProvider provider,
      HookRunner runner,
      BuildSettings settings)
      throws IOException {
    this.sdist = sdist;
    tree = new PristineTree(sdist.file(), work);
    backend = new BuildBackend(tree.buildSystem().buildBackend(), tree.buildSystem().backendPath());
    List<String> requires = tree.buildSystem().requires();
    declared = provider.isolated(requires, settings);
    defined = features(runner, settings);
    for (Product product : Product.values()) {
      Set<String> requirements = new LinkedHashSet<>(requires);
      requirements.addAll(extraRequirements(product, runner, settings));
      environments.put(product, provider.isolated(List.copyOf(requirements), settings));
    }
  }

  private Set<Hook> features(HookRunner runner, BuildSettings settings) {
    try {
      return runner
          .run(
              declared,
              new FeaturesRequest(tree.root(), backend, Map.of(), Isolation.FORK),
              settings)
          .strings()
          .stream()
          .flatMap(name -> Hook.ofWireName(name).stream())
          .collect(Collectors.toSet());
    } catch (HookFailedException e) {
      return Set.of(); // its import fails; that it fails alike on both sides is compared
    }
  }

  private List<String> extraRequirements(
      Product product, HookRunner runner, BuildSettings settings) {
    try {
      return runner
          .run(
              declared,
              HookRequest.of(tree.root(), backend, product.requiresHook(), HookArguments.NONE),
              settings)
          .strings();
    } catch (HookMissingException e) {
      return List.of();
    } catch (HookFailedException e) {
      return List.of(); // compared later; the other hooks run with what is declared
    }
  }

  CorpusSdist sdist() {
    return sdist;
  }

  PristineTree tree() {
    return tree;
  }

  BuildBackend backend() {
    return backend;
  }

  /** The hooks that are compared, in the order of their declaration. */
  List<Hook> hooks() {
    Set<Hook> hooks = EnumSet.copyOf(ALWAYS);
    hooks.addAll(defined);
    // Of the hooks that ask for requirements, this one is answered by the code of the others.
    hooks.remove(Hook.GET_REQUIRES_FOR_BUILD_SDIST);
    return List.copyOf(hooks);
  }

  /**
   * One hook for each environment, so that each of its daemons has served a call: one that compiles
   * nothing, where the backend has one.
   */
  List<Hook> lessons() {
    List<Hook> lessons = new ArrayList<>();
    lessons.add(Hook.GET_REQUIRES_FOR_BUILD_WHEEL);
    lessons.add(lesson(Hook.PREPARE_METADATA_FOR_BUILD_WHEEL, Hook.BUILD_WHEEL));
    lessons.add(Hook.BUILD_SDIST);
    if (defined.contains(Hook.BUILD_EDITABLE)) {
      lessons.add(lesson(Hook.PREPARE_METADATA_FOR_BUILD_EDITABLE, Hook.BUILD_EDITABLE));
    }
    return lessons;
  }

  private Hook lesson(Hook quick, Hook thorough) {
    return defined.contains(quick) || sdist.compiles() ? quick : thorough;
  }

  /** Which daemon the pool has run this hook. */
  DaemonKey daemonFor(Hook hook, BuildSettings settings) {
    HookRequest request = HookRequest.of(tree.root(), backend, hook, HookArguments.NONE);
    return HookRunner.key(environmentFor(hook), request, settings);
  }

  /** The environment that this hook is run in by a front end. */
  BuildEnvironment environmentFor(Hook hook) {
    BuildEnvironment environment =
        switch (hook) {
          case GET_REQUIRES_FOR_BUILD_WHEEL,
              GET_REQUIRES_FOR_BUILD_SDIST,
              GET_REQUIRES_FOR_BUILD_EDITABLE ->
              declared;
          case PREPARE_METADATA_FOR_BUILD_WHEEL, BUILD_WHEEL -> environments.get(Product.WHEEL);
          case PREPARE_METADATA_FOR_BUILD_EDITABLE, BUILD_EDITABLE ->
              environments.get(Product.EDITABLE);
          case BUILD_SDIST -> environments.get(Product.SDIST);
        };
    return Objects.requireNonNull(environment, "there is one for each product");
  }
}
