package dev.hookd.frontend.environment;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.requirement.Constraint;
import dev.hookd.frontend.system.Fingerprint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an installer decided to install.
 *
 * @param installer the installer and its version, as {@code pip 24.2}
 */
record Resolution(String installer, List<Distribution> distributions) {

  static final Resolution NOTHING = new Resolution("none", List.of());

  /**
   * One distribution.
   *
   * @param name normalised
   * @param version empty where the installer does not tell it (uv, for a URL)
   * @param source where it came from when that was a URL, without credentials; otherwise empty
   * @param hashes as {@code sha256:...}; empty where the installer could not tell any
   * @param built whether it is, or may be, built from source here, so that the options of the build
   *     are part of what it is
   * @param line how a requirements file asks for exactly this one; may hold credentials
   */
  record Distribution(
      String name, String version, String source, List<String> hashes, boolean built, String line) {

    Distribution {
      hashes = hashes.stream().sorted().toList();
    }

    Distribution withHashes(List<String> others) {
      return new Distribution(name, version, source, others, built, line);
    }

    /** Whether name, version, source and hashes say which bytes it is. */
    boolean pinned() {
      boolean commit = source.matches("[a-z]+\\+.*@[0-9a-f]{40,64}(#.*)?");
      return !hashes.isEmpty() || commit || source.isEmpty();
    }
  }

  Resolution {
    distributions =
        distributions.stream().sorted(Comparator.comparing(Distribution::name)).toList();
  }

  boolean empty() {
    return distributions.isEmpty();
  }

  /**
   * The name of the environment that holds exactly this.
   *
   * @param options the fingerprint of the installer's options
   * @param once something that no other environment has, for contents that have no name of their
   *     own (a local directory)
   */
  String contentId(
      PythonInterpreter interpreter, InstallerKind installer, String options, String once) {
    Fingerprint id = new Fingerprint().add("layout", "1").add("python", interpreter.identity());
    if (!empty()) {
      id.add("installer", installer.name());
    }
    for (Distribution d : distributions) {
      id.add("name", d.name())
          .add("version", d.version())
          .add("source", d.source())
          .add("hashes", String.join(" ", d.hashes()))
          .add("built", d.built() ? options : "")
          .add("once", d.pinned() ? "" : once);
    }
    return id.hex();
  }

  /** For the manifest. */
  List<Map<String, Object>> describe() {
    return distributions.stream()
        .map(
            d ->
                Map.<String, Object>of(
                    "name", d.name(),
                    "version", d.version(),
                    "source", d.source(),
                    "hashes", d.hashes()))
        .toList();
  }

  /** The lines of a requirements file that asks for exactly this. */
  List<String> requirementLines() {
    List<String> lines = new ArrayList<>();
    // pip wants a hash for all of them or for none.
    boolean hashes = distributions.stream().noneMatch(d -> d.hashes().isEmpty());
    for (Distribution d : distributions) {
      StringBuilder line = new StringBuilder(d.line());
      if (hashes) {
        d.hashes().forEach(hash -> line.append(" --hash=").append(hash));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  /**
   * The same with none but the hashes that the constraints allow, which the installer then holds
   * the files against; this itself where they have no hashes.
   *
   * @throws EnvironmentFailedException if a distribution has none of them, or the constraints have
   *     none for it
   */
  Resolution checked(List<Constraint> constraints) {
    Map<String, Set<String>> allowed = new HashMap<>();
    for (Constraint constraint : constraints) {
      if (!constraint.hashes().isEmpty()) {
        allowed
            .computeIfAbsent(constraint.requirement().name(), name -> new TreeSet<>())
            .addAll(constraint.hashes());
      }
    }
    return allowed.isEmpty()
        ? this
        : new Resolution(
            installer,
            distributions.stream()
                .map(d -> d.withHashes(matching(d, allowed.getOrDefault(d.name(), Set.of()))))
                .toList());
  }

  private static List<String> matching(Distribution distribution, Set<String> allowed) {
    String what = (distribution.name() + " " + distribution.version()).strip();
    if (allowed.isEmpty()) {
      throw new EnvironmentFailedException(
          "the constraints have hashes, but none for " + what + ", which is needed as well",
          "",
          "add '" + distribution.name() + "==" + distribution.version() + "' with its --hash",
          null);
    }
    // An installer that could not tell the hashes will still check what it fetches.
    List<String> matching =
        distribution.hashes().isEmpty()
            ? List.copyOf(allowed)
            : distribution.hashes().stream().filter(allowed::contains).toList();
    if (matching.isEmpty()) {
      throw new EnvironmentFailedException(
          what
              + " has another hash than the constraints: "
              + String.join(", ", distribution.hashes()),
          "",
          "mistrust the index, unless the constraints are those of another version or platform",
          null);
    }
    return matching;
  }
}
