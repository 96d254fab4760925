package dev.hookd.frontend.environment;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.IndexOptions;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.requirement.Constraint;
import dev.hookd.frontend.requirement.Requirement;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The files and variables that tell pip and uv what to do. Both read the same requirements file,
 * options included; what is in a private file is not in the machine's list of processes, where an
 * index's password would be for everyone to see.
 */
final class InstallerInput {

  /** Nobody listens on the discard port; a program that honours proxies gets no further. */
  private static final String NO_PROXY_THERE = "http://127.0.0.1:9";

  private static final List<String> PROXIES =
      List.of("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY");

  private static final Pattern WHEEL = Pattern.compile("[^#?]*\\.whl(?:[#?].*)?");

  private InstallerInput() {}

  /**
   * Refuses what the options do not allow, before anything of it is fetched or run.
   *
   * @throws EnvironmentFailedException if a requirement is a URL that is not local although this is
   *     offline, or not a wheel's although hashes are required
   */
  static void check(List<Requirement> requirements, RequirementOptions options) {
    for (Requirement requirement : requirements) {
      String url = requirement.url().orElse("");
      if (!url.isEmpty() && options.index().offline() && !url.startsWith("file:")) {
        throw new EnvironmentFailedException(
            "offline, the build requirement " + requirement.shown() + " cannot be fetched",
            "",
            "fetch it where there is a network, and leave --offline away there",
            null);
      }
      if (!url.isEmpty() && options.requiresHashes() && !WHEEL.matcher(url).matches()) {
        throw new EnvironmentFailedException(
            "the constraints have hashes, but " + requirement.shown() + " is no wheel",
            "",
            "build a wheel of it, name its hash in the constraints, and its directory with"
                + " --find-links: what an sdist or a repository is built with is not checked",
            null);
      }
    }
  }

  /**
   * Writes a requirements file.
   *
   * @param name of the file in {@code work}
   * @param requirements lines of such a file
   */
  static Path requirements(
      Path work, String name, List<String> requirements, RequirementOptions options)
      throws IOException {
    IndexOptions index = options.index();
    List<String> lines = new ArrayList<>();
    URI url = index.indexUrl();
    if (url != null) {
      lines.add("--index-url " + url);
    }
    index.extraIndexUrls().forEach(extra -> lines.add("--extra-index-url " + extra));
    for (String place : index.findLinks()) {
      // As a URL, because an installer splits lines at spaces.
      boolean directory = place.startsWith("/");
      if (directory || !index.offline() || place.startsWith("file:")) {
        lines.add("--find-links " + (directory ? Path.of(place).toUri() : place));
      }
    }
    if (options.requiresHashes()) {
      // To build an sdist runs code, and with requirements whose hashes neither installer checks.
      lines.add("--only-binary :all:");
    }
    lines.addAll(requirements);
    Path file = work.resolve(name);
    Files.write(file, lines);
    return file;
  }

  /**
   * Writes the constraints, without their hashes: pip would ask for exact versions of everything,
   * where {@link Resolution#checked} only asks for the right files.
   */
  static Path constraints(Path work, RequirementOptions options) throws IOException {
    Path file = work.resolve("constraints.txt");
    return Files.write(file, options.constraints().stream().map(Constraint::toString).toList());
  }

  /** Keeps what reads these variables off the network: git, and whatever honours proxies. */
  static void cutOff(Map<String, String> variables) {
    variables.remove("no_proxy");
    variables.remove("NO_PROXY");
    PROXIES.forEach(name -> variables.put(name, NO_PROXY_THERE));
    variables.put("GIT_ALLOW_PROTOCOL", "file");
  }

  /** What a person does who wants these to be there next time. */
  static String howToPrefetch(List<Requirement> requirements) {
    StringBuilder hint =
        new StringBuilder("offline, and it is not among the pre-fetched ones: where there is a")
            .append(" network, run 'python -m pip download --dest DIR");
    requirements.forEach(requirement -> hint.append(" \"").append(requirement.shown()).append('"'));
    return hint.append("', then name DIR with --find-links").toString();
  }
}
