package dev.hookd.pool;

import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.FeaturesRequest;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookRequest;
import dev.hookd.protocol.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The private directory of one verification. All runs find the same at the same paths in it, for
 * answers and products carry paths:
 *
 * <pre>
 *   pristine/tree, pristine/metadata   as the caller's were when the verification began
 *   run/tree, run/metadata, run/out    what a run works on; made anew for each
 *   kept/1, kept/2 ...                 what the runs have put into run/out
 * </pre>
 */
final class Scratch implements AutoCloseable {

  private static final String TREE = "tree";
  private static final String METADATA = "metadata";
  private static final String OUT = "out";

  private final Path root;
  private final Path pristine;
  private final Path run;
  private final DaemonRequest original;
  private final TreeCopy.Limits limits;
  private final CancelSignal cancel;
  private int kept;

  private Scratch(Path root, DaemonRequest original, TreeCopy.Limits limits, CancelSignal cancel) {
    this.root = root;
    this.pristine = root.resolve("pristine");
    this.run = root.resolve("run");
    this.original = original;
    this.limits = limits;
    this.cancel = cancel;
  }

  /**
   * Creates it, with nothing in it yet.
   *
   * @param parent an existing directory
   */
  static Scratch create(
      Path parent, DaemonRequest original, TreeCopy.Limits limits, CancelSignal cancel)
      throws IOException {
    Path root =
        Files.createTempDirectory(
            parent.toRealPath(),
            "hookd-verify-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return new Scratch(root, original, limits, cancel);
  }

  /** Copies what the call starts from. */
  void keepPristine() throws IOException, NotVerifiedException {
    Files.createDirectory(pristine);
    Files.createDirectory(root.resolve("kept"));
    TreeCopy.copy(original.sourceTree(), pristine.resolve(TREE), limits, cancel);
    Path metadata = inputMetadata();
    if (metadata != null) {
      Files.createDirectory(pristine.resolve(METADATA));
      TreeCopy.copy(metadata, pristine.resolve(METADATA).resolve(nameOf(metadata)), limits, cancel);
    }
  }

  /** Sets the place up for the next run. */
  void restore() throws IOException, NotVerifiedException {
    TreeRemoval.delete(run);
    TreeCopy.copy(pristine, run, TreeCopy.Limits.NONE, cancel);
    Files.createDirectory(run.resolve(OUT));
  }

  /** The call in this place. */
  DaemonRequest request(Isolation isolation) {
    if (original instanceof HookRequest hook) {
      HookArguments arguments = hook.arguments();
      Path out = run.resolve(OUT);
      return new HookRequest(
          tree(),
          hook.backend(),
          hook.hook(),
          new HookArguments(
              arguments.wheelDirectory() == null ? null : out,
              arguments.sdistDirectory() == null ? null : out,
              metadata(arguments.metadataDirectory(), out),
              arguments.configSettings()),
          hook.environment(),
          isolation);
    }
    return new FeaturesRequest(tree(), original.backend(), original.environment(), isolation);
  }

  private @Nullable Path metadata(@Nullable Path directory, Path out) {
    if (directory == null) {
      return null;
    }
    return inputMetadata() == null ? out : run.resolve(METADATA).resolve(nameOf(directory));
  }

  /** Where the run's tree is, and what it has become. */
  Path tree() {
    return run.resolve(TREE);
  }

  /** Puts what the run has made aside, so that the next one finds none. */
  Path keepProducts() throws IOException {
    Path aside = root.resolve("kept").resolve(Integer.toString(++kept));
    Path out = run.resolve(OUT);
    if (Files.isDirectory(out, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(out, aside);
    } else {
      Files.createDirectory(aside); // the hook has deleted it
    }
    return aside;
  }

  /** The {@code .dist-info} that the hook is given; {@code null} if it is given none. */
  private @Nullable Path inputMetadata() {
    if (original instanceof HookRequest request
        && (request.hook() == Hook.BUILD_WHEEL || request.hook() == Hook.BUILD_EDITABLE)) {
      return request.arguments().metadataDirectory();
    }
    return null;
  }

  private static String nameOf(Path directory) {
    return String.valueOf(directory.normalize().getFileName());
  }

  /** Deletes it with all that is in it. */
  @Override
  public void close() throws IOException {
    TreeRemoval.delete(root);
  }
}
