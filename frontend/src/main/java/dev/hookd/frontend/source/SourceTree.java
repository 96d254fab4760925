package dev.hookd.frontend.source;

import dev.hookd.frontend.InvalidProjectException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A source tree on disk (PEP 517, "Source trees"): a directory, which says by its {@code
 * pyproject.toml} or {@code setup.py} how it is built. Either a person's own, which is never
 * written to from here, or an unpacked sdist or a copy, whose private directory goes away with
 * {@link #close()}. Thread-safe.
 */
public final class SourceTree implements AutoCloseable {

  private final Path root;

  /** What a person gave. */
  private final String description;

  private final @Nullable PrivateDirectory owned;
  private @Nullable BuildSystem buildSystem;

  private SourceTree(Path root, String description, @Nullable PrivateDirectory owned) {
    this.root = root;
    this.description = description;
    this.owned = owned;
  }

  /**
   * Opens a directory of the caller's; it stays where it is.
   *
   * @throws InvalidProjectException when there is no such path, or it is not a directory or cannot
   *     be entered
   */
  public static SourceTree open(Path directory) {
    Path root;
    try {
      root = directory.toRealPath();
    } catch (NoSuchFileException e) {
      throw new InvalidProjectException(directory + ": no such file or directory", null, e);
    } catch (IOException e) {
      throw new InvalidProjectException(directory + " cannot be opened: " + e, null, e);
    }
    if (!Files.isDirectory(root)) {
      throw new InvalidProjectException(directory + " is not a directory", hintForFile(root), null);
    }
    return new SourceTree(root, directory.toString(), null);
  }

  /**
   * A tree in a private directory, which it takes over.
   *
   * @param root real
   * @param description what a person gave, for error messages
   */
  static SourceTree ofPrivate(Path root, String description, PrivateDirectory owned) {
    return new SourceTree(root, description, owned);
  }

  /** The absolute, real path of the tree's root. */
  public Path root() {
    return root;
  }

  /** Whether nobody else knows of it: an unpacked sdist or a copy, which {@link #close} deletes. */
  public boolean isPrivate() {
    return owned != null;
  }

  /**
   * Whether the tree says how it is built: it has a {@code pyproject.toml} or a {@code setup.py}.
   */
  public boolean isProject() {
    // lstat would do for a user's file, but a link that leads nowhere is as good as no file.
    return Files.exists(root.resolve(PyprojectReader.FILE_NAME))
        || Files.exists(root.resolve("setup.py"));
  }

  /**
   * What the tree says about its build system, or the defaults where a project says nothing. Read
   * at the first call and kept.
   *
   * @throws InvalidProjectException when it is no project, or {@code pyproject.toml} breaks PEP 517
   *     or 518
   */
  public synchronized BuildSystem buildSystem() {
    BuildSystem known = buildSystem;
    if (known == null) {
      checkIsProject();
      known = PyprojectReader.read(root);
      buildSystem = known;
    }
    return known;
  }

  /**
   * Copies the tree into a new private directory (mode 0700), where builds meet nobody: the other
   * way is to build in the tree itself. Closing the copy deletes it.
   *
   * <p>Everything is copied, version control included (setuptools-scm asks git), under the same
   * name, with permissions and times of modification; a hard link becomes a file of its own. A
   * symbolic link into the tree leads into the copy, by whatever path it goes; one that leaves the
   * tree leads where it led, so that who writes through it writes there. Left out with a warning
   * are devices, FIFOs and sockets, and what vanishes meanwhile. The tree is not locked: whoever
   * changes it meanwhile decides what the copy has.
   *
   * @param parentOfPrivateDirectory an existing directory; left out itself where it lies in the
   *     tree
   * @param warnings is given a sentence for each thing left out, on this thread
   * @throws InvalidProjectException when the tree has more than the limits allow
   * @throws UncheckedIOException when something cannot be read or written, or this thread is
   *     interrupted; as with every failure, nothing is left of the copy
   */
  public SourceTree privateCopy(
      Path parentOfPrivateDirectory, CopyLimits limits, Consumer<String> warnings) {
    PrivateDirectory directory = PrivateDirectory.create(parentOfPrivateDirectory, "tree-");
    try {
      Path parent = Objects.requireNonNull(directory.path().getParent(), "made in a directory");
      Path name = root.getFileName();
      Path copy = directory.path().resolve(name == null ? "tree" : name.toString());
      Path excluded = parent.equals(root) ? directory.path() : parent;
      try {
        new TreeCopier(root, copy, excluded, limits, warnings).copy();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot copy " + root + " to " + copy, e);
      }
      return new SourceTree(copy, description, directory);
    } catch (Throwable failure) { // whatever it is must not leave files behind
      try {
        directory.close();
      } catch (UncheckedIOException e) {
        failure.addSuppressed(e);
      }
      throw failure;
    }
  }

  /**
   * Deletes the private directory of an unpacked sdist or a copy; does nothing to a person's own
   * tree. Idempotent.
   *
   * @throws UncheckedIOException when something in the private directory cannot be deleted; calling
   *     again tries again
   */
  @Override
  public void close() {
    if (owned != null) {
      owned.close();
    }
  }

  @Override
  public String toString() {
    return "SourceTree[" + root + "]";
  }

  private void checkIsProject() {
    if (!isProject()) {
      throw noProject(description);
    }
  }

  /**
   * @param place what a person gave
   */
  static InvalidProjectException noProject(String place) {
    return new InvalidProjectException(
        place + " has neither pyproject.toml nor setup.py",
        "Name the directory that holds the project's pyproject.toml.",
        null);
  }

  private static @Nullable String hintForFile(Path file) {
    Path name = file.getFileName();
    String text = name == null ? "" : name.toString();
    return text.equals(PyprojectReader.FILE_NAME) || text.equals("setup.py")
        ? "Name the directory it lies in: " + file.getParent()
        : null;
  }
}
