package dev.hookd.frontend.build;

import dev.hookd.client.HookFailedException;
import dev.hookd.client.MissingBackendModuleException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What to do about the usual causes of a hook's failure, as its own words give them away. */
final class FailureHints {

  private record Rule(Pattern pattern, Function<Matcher, String> hint) {}

  private static final String TOOLS =
      "gcc|cc|g\\+\\+|c\\+\\+|clang|clang\\+\\+|[\\w-]+-gcc|[\\w-]+-g\\+\\+|gfortran|rustc|cargo|cmake"
          + "|ninja|make|meson|swig|pkg-config|nvcc|go";

  /** The first one that matches counts, so that the more certain ones stand first. */
  private static final List<Rule> RULES =
      List.of(
          rule(
              "(?:fatal error: |Cannot open include file: ')Python\\.h\\b|'Python\\.h' file not found",
              m ->
                  "the headers of this Python are not installed: install its development package"
                      + " (python3-dev or python3-devel), or use a Python that has them"),
          rule(
              "fatal error: ([^\\s:]+): No such file or directory"
                  + "|fatal error: '([^'\\n]+)' file not found"
                  + "|Cannot open include file: '([^'\\n]+)'",
              m ->
                  "the compiler did not find the header %s: install the development files of the library that it belongs to"
                      .formatted(group(m))),
          rule(
              "cannot find -l([\\w.+-]+)",
              m ->
                  "the linker did not find the library %s: install its development files"
                      .formatted(m.group(1))),
          rule(
              "(?:command|unable to execute) '(?:[^'\\n]*/)?("
                  + TOOLS
                  + ")'(?: failed)?: (?:No such file|\\[Errno 2]|error: \\[Errno 2])"
                  + "|No such file or directory: '(?:[^'\\n]*/)?("
                  + TOOLS
                  + ")'"
                  + "|(?m:^(?:.*: )?("
                  + TOOLS
                  + "): (?:command )?not found$)",
              m -> missingTool(group(m))),
          rule(
              "Microsoft Visual C\\+\\+ [\\d.]+ or greater is required",
              m -> "install the C++ compiler of the Visual Studio build tools"),
          rule(
              "(?i)can't find Rust compiler|cargo, the Rust package manager, is not installed",
              m -> missingTool("cargo")),
          rule(
              "(?i)CMake must be installed|could not find CMake|Could NOT find CMake",
              m -> missingTool("cmake")),
          rule(
              "No module named '?pkg_resources\\b",
              m ->
                  "newer versions of setuptools have no pkg_resources: declare setuptools<81 in"
                      + " build-system.requires of pyproject.toml"),
          rule(
              "No module named '?distutils\\b",
              m ->
                  "Python 3.12 and newer have no distutils: declare setuptools, which brings it, in"
                      + " build-system.requires of pyproject.toml, or use an older Python"),
          rule(
              "module 'pkgutil' has no attribute 'ImpImporter'|(?m:No module named '?imp'?$)",
              m ->
                  "what builds this project is too old for Python 3.12 and newer: allow a newer one in"
                      + " build-system.requires of pyproject.toml, or use an older Python"),
          rule(
              "use_2to3 is invalid",
              m ->
                  "the project needs 2to3: declare setuptools<58 in build-system.requires of"
                      + " pyproject.toml, or use a newer version of the project"),
          rule(
              "No such file or directory: '(?:[^'\\n]*/)?git'|(?m:^(?:.*: )?git: (?:command )?not found$)",
              m -> "the version comes from git, which is not on PATH: install git"),
          rule(
              "detected dubious ownership in repository",
              m ->
                  "the tree belongs to another user, and git refuses to read it: see git's"
                      + " safe.directory"),
          rule(
              "(?i)setuptools[-_]scm was unable to detect version"
                  + "|(?i)unable to detect version for"
                  + "|(?i)Error getting the version from source `vcs`"
                  + "|Versioning for this project requires either an sdist tarball"
                  + "|fatal: not a git repository",
              m ->
                  "the version comes from version control, and this tree has no history or no tag:"
                      + " build a full clone with its tags or the sdist, or name the version by the"
                      + " variable SETUPTOOLS_SCM_PRETEND_VERSION (of pbr: PBR_VERSION)"),
          rule(
              "UnicodeDecodeError: '(?:ascii|charmap|cp\\d+)' codec"
                  + "|'(?:ascii|charmap|cp\\d+)' codec can't (?:de|en)code",
              m ->
                  "a file is read in the locale's encoding, which is not UTF-8: set the variable"
                      + " PYTHONUTF8=1 for the hooks"),
          rule(
              "\\[Errno 28]|No space left on device",
              m -> "a disk is full: make room; TMPDIR names another place for temporary files"),
          rule(
              "No module named '([^'\\n]+)'",
              m ->
                  "%s is no declared build requirement: add what provides it to build-system.requires of pyproject.toml, or install it and build without build isolation"
                      .formatted(m.group(1))));

  private FailureHints() {}

  /** Advice for this failure; empty where none is known. */
  static Optional<String> of(HookFailedException failure) {
    if (failure.hint().isPresent() || failure instanceof MissingBackendModuleException) {
      return Optional.empty();
    }
    // What was raised counts before what was written: a backend may write of things it can do
    // without.
    String raised = failure.getMessage() + "\n" + failure.pythonTraceback().orElse("");
    return Stream.of(raised, failure.output().stderr().text(), failure.output().stdout().text())
        .flatMap(text -> of(text).stream())
        .findFirst();
  }

  /** Advice for such words. */
  static Optional<String> of(String words) {
    for (Rule rule : RULES) {
      Matcher matcher = rule.pattern.matcher(words);
      if (matcher.find()) {
        return Optional.of(rule.hint.apply(matcher));
      }
    }
    return Optional.empty();
  }

  private static Rule rule(String pattern, Function<Matcher, String> hint) {
    return new Rule(Pattern.compile(pattern), hint);
  }

  private static String missingTool(String tool) {
    return switch (tool) {
      case "cargo", "rustc" ->
          "the project needs the Rust compiler, and " + tool + " is not on PATH: install Rust";
      case "cmake", "ninja", "make", "meson", "swig", "pkg-config" ->
          "the project needs " + tool + ", which is not on PATH: install it";
      default ->
          "the project needs a compiler, and "
              + tool
              + " is not on PATH: install one, or use a wheel of the project";
    };
  }

  /** The one alternative that matched. */
  private static String group(Matcher matcher) {
    for (int i = 1; i <= matcher.groupCount(); i++) {
      if (matcher.group(i) != null) {
        return matcher.group(i);
      }
    }
    throw new IllegalStateException("no group of " + matcher.pattern());
  }
}
