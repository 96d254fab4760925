package dev.hookd.frontend;

import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.requirement.Version;
import java.net.URI;
import java.nio.file.Path;

/**
 * What is worked on: a source tree or an sdist that is here, or an sdist that a package index or a
 * URL has. For metadata alone, and where {@link BuildSettings#allowWheels} says so, it may be a
 * wheel as well. Immutable.
 */
public sealed interface Input {

  /**
   * A source tree (a directory) or an sdist (a file).
   *
   * @param path need not exist yet; a relative one is of this process's working directory
   */
  record Local(Path path) implements Input {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * One version of a project in a package index.
   *
   * @param name as it is written; compared in its normalised form (PEP 503)
   * @param version compared as PEP 440 has it: {@code 1.0} is {@code 1.0.0}
   */
  record Pinned(String name, Version version) implements Input {
    /**
     * @throws IllegalArgumentException if that is no name of a project
     */
    public Pinned {
      if (!ProjectName.isValid(name)) {
        throw new IllegalArgumentException("'" + name + "' is no project's name");
      }
    }

    @Override
    public String toString() {
      return name + "==" + version;
    }
  }

  /**
   * An sdist at a URL.
   *
   * @param name the project's name; the sdist must be of that project
   * @param url {@code http}, {@code https} or {@code file}; a fragment {@code #sha256=...} is a
   *     hash that the file must have
   */
  record Direct(String name, URI url) implements Input {
    /**
     * @throws IllegalArgumentException if that is no name of a project, or the URL is relative
     */
    public Direct {
      if (!ProjectName.isValid(name)) {
        throw new IllegalArgumentException("'" + name + "' is no project's name");
      }
      if (!url.isAbsolute()) {
        throw new IllegalArgumentException("the URL has no scheme: " + url);
      }
    }

    /** Without what of the URL may be secret: user information, and the query. */
    @Override
    public String toString() {
      return name
          + " @ "
          + url.toString().replaceFirst("(://)[^/?#]*@", "$1").replaceFirst("\\?[^#]*", "?...");
    }
  }

  /** A source tree, or a file that is here; nothing is looked at yet. */
  static Input of(Path path) {
    return new Local(path);
  }

  /**
   * One version of a project in a package index.
   *
   * @throws IllegalArgumentException if that is no name of a project, or no version (PEP 440)
   */
  static Input pinned(String name, String version) {
    return new Pinned(name, Version.parse(version));
  }

  /**
   * Reads what a person wrote: {@code name==version}, {@code name @ URL}, or else a path. What
   * there is by that name in the directory comes first. Extras after the name are read over, since
   * a project's metadata are the same with each.
   *
   * @param directory what a relative path is relative to
   * @throws InvalidProjectException if it is none of these
   */
  static Input parse(String text, Path directory) {
    return InputText.parse(text, directory);
  }
}
