package dev.hookd.frontend.source;

import dev.hookd.frontend.InvalidProjectException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a person names as the project to build, found out by looking at it. */
public final class ProjectInput {

  private ProjectInput() {}

  /** Whether the input is to be opened as an sdist: a file that is no part of a source tree. */
  public static boolean isSdist(Path input) {
    String name = nameOf(input);
    return Files.isRegularFile(input)
        && !name.equals(PyprojectReader.FILE_NAME)
        && !name.equals("setup.py")
        && !name.endsWith(".whl");
  }

  private static String nameOf(Path input) {
    Path name = input.getFileName();
    return name == null ? "" : name.toString();
  }

  /**
   * Opens a source tree where it is, or unpacks an sdist.
   *
   * @param input a directory or an archive
   * @param parentOfPrivateDirectory an existing directory; not touched for a source tree
   * @throws InvalidProjectException when it is neither; see {@link SourceTree#open} and {@link
   *     SdistArchive#unpack}
   * @throws UncheckedIOException when an sdist cannot be written out: no space left
   */
  public static SourceTree open(Path input, Path parentOfPrivateDirectory, ArchiveLimits limits) {
    String text = nameOf(input);
    if (!Files.isRegularFile(input)
        || text.equals(PyprojectReader.FILE_NAME)
        || text.equals("setup.py")) {
      return SourceTree.open(input); // which says what is wrong with a file
    }
    if (text.endsWith(".whl")) {
      throw new InvalidProjectException(
          input + " is a wheel, which is built already",
          "Name a source tree or an sdist; a wheel's metadata can be had with --allow-wheels, though"
              + " not with --policy build.",
          null);
    }
    return SdistArchive.unpack(input, parentOfPrivateDirectory, limits);
  }
}
