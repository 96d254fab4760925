package dev.hookd.frontend.build;

import dev.hookd.client.HookMissingException;
import dev.hookd.client.OperationUnsupportedException;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.frontend.Product;
import dev.hookd.frontend.source.PrivateDirectory;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Builds the products of one project. For one thread, once. */
public final class ProjectBuilder {

  private final ProjectSession project;
  private final Path outputDirectory;
  private final SessionFactory sessions;
  private final MetadataCheck check;
  private final KeptWheel keptWheel;
  private final Map<Product, Path> files = new EnumMap<>(Product.class);
  private final List<String> warnings = new ArrayList<>();

  /** What was built. */
  public record Built(Map<Product, Path> files, List<String> warnings) {}

  /**
   * @param outputDirectory exists
   * @param sessions opens the sdists that are built
   * @param keptWheel the project's wheel, if it was built before
   */
  public ProjectBuilder(
      ProjectSession project,
      Path outputDirectory,
      SessionFactory sessions,
      MetadataCheck check,
      KeptWheel keptWheel) {
    this.project = project;
    this.outputDirectory = outputDirectory;
    this.sessions = sessions;
    this.check = check;
    this.keptWheel = keptWheel;
  }

  /**
   * Builds them, one after the other; nobody else's hooks run in the tree meanwhile. Backends write
   * into a private directory beside the results, so that each finished file can be moved to its
   * place at once, whole. What was finished before a failure stays.
   *
   * @param viaSdist whether a wheel is built from the sdist
   * @return absolute files
   * @throws InvalidProjectException if the backend did not make what it says
   */
  public Built build(Set<Product> products, boolean viaSdist) throws IOException {
    Set<Product> left = new TreeSet<>(products);
    TreeLocks.Held lock = project.holdTree();
    try (lock;
        PrivateDirectory work = PrivateDirectory.create(outputDirectory, ".hookd-")) {
      if (viaSdist && left.remove(Product.WHEEL)) {
        wheelViaSdist(left.remove(Product.SDIST), work.path());
      }
      for (Product product : left) {
        if (product == Product.SDIST) {
          Path sdist = sdist(work.path());
          checkStandalone(sdist, work.path());
          deliver(product, sdist);
        } else {
          deliver(product, wheel(project, product, work.path()));
        }
      }
    }
    return new Built(files, warnings);
  }

  private void wheelViaSdist(boolean sdistIsWanted, Path work) throws IOException {
    Path sdist;
    try {
      sdist = sdist(work);
    } catch (OperationUnsupportedException e) {
      warn(
          "the backend cannot build an sdist here, so the wheel is built straight from the tree: "
              + e.getMessage());
      deliver(Product.WHEEL, wheel(project, Product.WHEEL, work));
      return;
    }
    checkStandalone(sdist, work);
    BuildSettings settings = project.settings();
    if (settings.backend() != null) {
      settings = settings.toBuilder().backend(project.backend()).build();
    }
    // Unpacked before it is delivered, where another build may replace it.
    try (ProjectSession unpacked = sessions.open(sdist, settings)) {
      if (sdistIsWanted) {
        deliver(Product.SDIST, sdist);
      }
      deliver(Product.WHEEL, wheel(unpacked, Product.WHEEL, work));
    }
  }

  private Path sdist(Path work) throws IOException {
    Path directory = Files.createDirectory(work.resolve("sdist"));
    HookArguments arguments = new HookArguments(null, directory, null, null);
    Path sdist =
        HookProducts.of(Hook.BUILD_SDIST, project.call(Hook.BUILD_SDIST, arguments), directory);
    check.sdist(sdist).forEach(this::warn);
    return sdist;
  }

  /** A backend from outside of the tree is not in the sdist, whose own must do. */
  private void checkStandalone(Path sdist, Path work) throws IOException {
    boolean isFromOutside =
        project.backend().path().stream().anyMatch(entry -> Path.of(entry).isAbsolute());
    if (isFromOutside) {
      Path directory = Files.createDirectory(work.resolve("standalone"));
      StandaloneCheck.problem(sessions, sdist, project.settings(), directory).ifPresent(this::warn);
    }
  }

  private Path wheel(ProjectSession session, Product product, Path work) throws IOException {
    Path directory = Files.createDirectory(work.resolve(product.label()));
    if (product == Product.WHEEL) {
      Optional<Path> kept = keptWheel.restore(directory);
      if (kept.isPresent()) {
        check.wheel(product.buildHook(), kept.get(), null).forEach(this::warn);
        return kept.get();
      }
    }
    Path metadata = Files.createDirectory(work.resolve(product.label() + "-metadata"));
    Path distInfo =
        session.settings().products().prepareMetadata()
            ? prepared(session, product, metadata)
            : null;
    byte[] expected = // before the build, which may write there
        distInfo == null ? null : check.prepared(prepareHook(product), distInfo);
    Hook hook = product.buildHook();
    HookArguments arguments = new HookArguments(directory, null, distInfo, null);
    Path wheel = HookProducts.of(hook, session.call(hook, arguments), directory);
    check.wheel(hook, wheel, expected).forEach(this::warn);
    return wheel;
  }

  /**
   * The {@code .dist-info} directory; {@code null} where the backend does not define the hook. Then
   * there is nothing to pass: a wheel built for its metadata alone would be built twice.
   */
  private static @Nullable Path prepared(ProjectSession session, Product product, Path directory) {
    Hook hook = prepareHook(product);
    try {
      HookArguments arguments = new HookArguments(null, null, directory, null);
      return HookProducts.of(hook, session.call(hook, arguments), directory);
    } catch (HookMissingException e) {
      return null;
    }
  }

  private static Hook prepareHook(Product product) {
    return product == Product.EDITABLE
        ? Hook.PREPARE_METADATA_FOR_BUILD_EDITABLE
        : Hook.PREPARE_METADATA_FOR_BUILD_WHEEL;
  }

  private Path deliver(Product product, Path made) throws IOException {
    Path target = outputDirectory.resolve(made.getFileName());
    if (files.containsValue(target)) {
      throw new InvalidProjectException(
          "the %s has the name of another product: %s"
              .formatted(product.label(), made.getFileName()),
          "build them into two directories",
          null);
    }
    Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
    files.put(product, target);
    return target;
  }

  private void warn(String message) {
    warnings.add(message);
    project.warn(message);
  }
}
