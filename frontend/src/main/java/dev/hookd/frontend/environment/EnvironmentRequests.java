package dev.hookd.frontend.environment;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.requirement.Requirement;
import dev.hookd.frontend.system.FileWitness;
import dev.hookd.frontend.system.Fingerprint;
import dev.hookd.frontend.system.SearchPath;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns specs into requests that can be compared. Thread-safe. */
final class EnvironmentRequests {

  private final Map<String, String> callerEnvironment;

  /**
   * @param callerEnvironment says what the installer is told, and where uv is
   */
  EnvironmentRequests(Map<String, String> callerEnvironment) {
    this.callerEnvironment = callerEnvironment;
  }

  /**
   * The request for a spec.
   *
   * @throws EnvironmentFailedException when a requirement is malformed
   */
  EnvironmentRequest of(EnvironmentSpec spec) {
    List<Requirement> requirements = Requirement.parseAll(spec.requirements());
    InstallerKind installer = spec.installer();
    if (requirements.isEmpty()) {
      installer = InstallerKind.PIP; // none will run
    } else if (installer == InstallerKind.AUTO) {
      installer = uv().isPresent() ? InstallerKind.UV : InstallerKind.PIP;
    }
    String options =
        requirements.isEmpty()
            ? ""
            : InstallerOptions.fingerprint(
                installer, spec.interpreter(), spec.options(), callerEnvironment);
    Fingerprint key =
        new Fingerprint()
            .add("request", "1")
            .add("python", spec.interpreter().identity())
            .add("options", options);
    for (Requirement requirement : requirements) {
      key.add("requirement", requirement.toString());
      requirement.url().ifPresent(url -> key.add("file", stateOfLocalFile(url)));
    }
    String online = key.hex();
    String own =
        spec.options().index().offline() && !requirements.isEmpty()
            ? new Fingerprint().add("offline", online).hex()
            : online;
    return new EnvironmentRequest(own, online, spec, requirements, installer, options);
  }

  /**
   * A file of another size or time is another requirement; the URL alone would not tell. Of a
   * directory the files that describe the project count: builds write into it, so its own time says
   * nothing.
   */
  private static String stateOfLocalFile(String url) {
    if (!url.startsWith("file:")) {
      return "";
    }
    try {
      Path file = Path.of(URI.create(url.replaceFirst("#.*", "")));
      return Files.isDirectory(file)
          ? Stream.of("pyproject.toml", "setup.py", "setup.cfg")
              .map(name -> FileWitness.of(file.resolve(name)).state())
              .collect(Collectors.joining(" "))
          : FileWitness.of(file).state();
    } catch (IllegalArgumentException e) {
      return "absent"; // not a file's URL: the installer will say so in its own words
    }
  }

  /** The first uv of the caller's PATH. */
  Optional<Path> uv() {
    return SearchPath.find(callerEnvironment, "uv").stream().findFirst();
  }
}
