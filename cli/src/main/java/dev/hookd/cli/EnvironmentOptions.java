package dev.hookd.cli;

import dev.hookd.cli.Converters.EnvironmentVariable;
import dev.hookd.frontend.Freshness;
import dev.hookd.frontend.IndexOptions;
import dev.hookd.frontend.PackageOptions;
import dev.hookd.frontend.RequirementOptions;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what build environments hold, and what is different for one project. */
final class EnvironmentOptions {

  @Option(
      names = "--constraint",
      paramLabel = "FILE",
      description =
          "Versions of build requirements that may be taken, as pip's constraints files have them;"
              + " with --hash each build requirement needs one. May be given several times.")
  private List<String> constraints = new ArrayList<>();

  @Option(
      names = "--index-url",
      paramLabel = "URL",
      description = "The package index, in place of the configured one.")
  private @Nullable String indexUrl;

  @Option(
      names = "--extra-index-url",
      paramLabel = "URL",
      description = "A further package index; may be given several times.")
  private List<String> extraIndexUrls = new ArrayList<>();

  @Option(
      names = "--find-links",
      paramLabel = "DIR|URL",
      description =
          "A directory of distributions, or a page that links to some; may be given several"
              + " times.")
  private List<String> findLinks = new ArrayList<>();

  @Option(
      names = "--offline",
      description =
          "Fetch nothing: build requirements come from --find-links and from what is cached.")
  private boolean offline;

  @Option(
      names = "--refresh",
      description = "Resolve build requirements anew, although that was done today.")
  private boolean refresh;

  @Option(
      names = "--fresh-days",
      paramLabel = "N",
      description = "For how many days a resolution of build requirements counts; default: 1.")
  private int freshDays = 1;

  @Option(
      names = "--extra-build-requires",
      paramLabel = "NAME:REQUIREMENT",
      description =
          "A build requirement that the project NAME does not say itself; may be given several"
              + " times.")
  private List<String> extraRequirements = new ArrayList<>();

  @Option(
      names = "--config-settings-package",
      paramLabel = "NAME:JSON",
      description = "The config_settings of the project NAME, in place of --config-settings.")
  private List<String> configSettings = new ArrayList<>();

  @Option(
      names = "--env-package",
      paramLabel = "NAME:VARIABLE=VALUE",
      description =
          "An environment variable for the hooks of the project NAME, on top of --env; may be given"
              + " several times.")
  private List<String> variables = new ArrayList<>();

  @Option(
      names = "--no-build-isolation-package",
      paramLabel = "NAME",
      description =
          "Like --no-build-isolation, for the project NAME alone; may be given several times.")
  private List<String> notIsolated = new ArrayList<>();

  /**
   * What these options ask for.
   *
   * @throws IllegalArgumentException if one of them is malformed; the message names it
   */
  RequirementOptions of(Session session) {
    RequirementOptions.Builder options = RequirementOptions.builder();
    for (String file : constraints) {
      options.constraints(file, text(session, file));
    }
    options.index(
        new IndexOptions(
            indexUrl == null ? null : url("--index-url", indexUrl),
            extraIndexUrls.stream().map(each -> url("--extra-index-url", each)).toList(),
            findLinks.stream().map(each -> place(session, each)).toList(),
            offline));
    Freshness freshness = Freshness.days(freshDays);
    options.freshness(refresh ? freshness.after(Instant.now()) : freshness);
    each("--extra-build-requires", extraRequirements, options, EnvironmentOptions::withRequirement);
    each(
        "--config-settings-package",
        configSettings,
        options,
        (own, json) -> own.withConfigSettings(Converters.configSettings(json)));
    each("--env-package", variables, options, EnvironmentOptions::withVariable);
    notIsolated.forEach(name -> options.forPackage(name, own -> own.withBuildIsolation(false)));
    return options.build();
  }

  private static PackageOptions withRequirement(PackageOptions own, String requirement) {
    List<String> requirements = new ArrayList<>(own.extraRequirements());
    requirements.add(requirement);
    return own.withExtraRequirements(requirements);
  }

  private static PackageOptions withVariable(PackageOptions own, String text) {
    EnvironmentVariable variable = Converters.environmentVariable(text);
    Map<String, String> environment = new LinkedHashMap<>(own.environment());
    environment.put(variable.name(), variable.value());
    return own.withEnvironment(environment);
  }

  /** Values of the form {@code NAME:REST}; a name has no colon. */
  private static void each(
      String option,
      List<String> values,
      RequirementOptions.Builder options,
      BiFunction<PackageOptions, String, PackageOptions> change) {
    for (String value : values) {
      int colon = value.indexOf(':');
      int equals = value.indexOf('=');
      if (colon <= 0 || (equals >= 0 && equals < colon)) {
        throw new IllegalArgumentException(
            "%s: '%s' does not begin with the name of a project and a colon"
                .formatted(option, Text.withoutValue(value)));
      }
      options.forPackage(
          value.substring(0, colon), own -> change.apply(own, value.substring(colon + 1)));
    }
  }

  private static URI url(String option, String given) {
    try {
      return new URI(given);
    } catch (URISyntaxException e) {
      // Neither the URL nor the exception, which has it: it may hold a password.
      throw new IllegalArgumentException(option + " is no URL: " + e.getReason());
    }
  }

  private static String place(Session session, String given) {
    return given.matches("[A-Za-z][A-Za-z0-9+.-]+:.*") ? given : session.path(given).toString();
  }

  private static String text(Session session, String file) {
    try {
      return Files.readString(session.path(file));
    } catch (IOException e) {
      throw new IllegalArgumentException("--constraint: " + file + " cannot be read: " + e, e);
    }
  }
}
