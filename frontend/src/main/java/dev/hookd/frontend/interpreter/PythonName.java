package dev.hookd.frontend.interpreter;

import dev.hookd.frontend.interpreter.PythonRequest.ByVersion;
import dev.hookd.frontend.requirement.Version;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the name of an interpreter's file or directory says about it, so that not each must be run
 * to find one. A name may lie: what it promises is checked, and what it rules out is only put off.
 *
 * @param implementation null when the name does not say
 * @param version null when the name does not say; of two numbers, a series
 */
record PythonName(@Nullable String implementation, @Nullable Version version) {

  static final PythonName UNKNOWN = new PythonName(null, null);

  /** {@code python3.9}, {@code pypy3.10}; what has more to its name is another program. */
  private static final Pattern COMMAND = Pattern.compile("(?<kind>python|pypy)(?<version>[0-9.]*)");

  /** pyenv's {@code 3.9.18}, {@code 3.13.0t}, {@code 3.14-dev}, {@code pypy3.10-7.3.12}. */
  private static final Pattern PYENV =
      Pattern.compile(
          "(?<kind>pypy)?(?<version>[0-9]+\\.[0-9]+(?:\\.[0-9]+(?:(?:a|b|rc)[0-9]+)?)?).*");

  /** uv's {@code cpython-3.11.9-linux-x86_64-gnu}. */
  private static final Pattern UV =
      Pattern.compile(
          "(?<kind>cpython|pypy)-(?<version>[0-9]+\\.[0-9]+(?:\\.[0-9]+(?:(?:a|b|rc)[0-9]+)?)?)[+-].*");

  /** More than any series has had. */
  private static final int PATCHES = 100;

  /** Of an executable; unknown for one that has a name of its own. */
  static PythonName ofCommand(Path file) {
    return of(COMMAND, file);
  }

  static PythonName ofPyenv(Path directory) {
    return of(PYENV, directory);
  }

  static PythonName ofUv(Path directory) {
    return of(UV, directory);
  }

  private static PythonName of(Pattern pattern, Path file) {
    Matcher name = pattern.matcher(String.valueOf(file.getFileName()));
    if (!name.matches()) {
      return UNKNOWN;
    }
    Version version = Version.tryParse(name.group("version")).orElse(null);
    if (version == null || version.release().size() < 2) {
      return "pypy".equals(name.group("kind")) ? new PythonName("pypy", null) : UNKNOWN;
    }
    return new PythonName("pypy".equals(name.group("kind")) ? "pypy" : "cpython", version);
  }

  static boolean isCommand(Path file) {
    return COMMAND.matcher(String.valueOf(file.getFileName())).matches();
  }

  /** Whether an interpreter of this name can be what is asked for. */
  boolean mayBe(ByVersion request) {
    if (implementation != null && !implementation.equals(request.implementation())) {
      return false;
    }
    if (version == null || request.prereleases()) {
      return true;
    }
    if (version.release().size() > 2) {
      return request.versions().contains(version, false);
    }
    return IntStream.range(0, PATCHES)
        .mapToObj(patch -> Version.parse(version + "." + patch))
        .anyMatch(each -> request.versions().contains(each, false));
  }
}
