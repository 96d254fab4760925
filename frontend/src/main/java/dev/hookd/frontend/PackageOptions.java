package dev.hookd.frontend;

import dev.hookd.frontend.requirement.Requirement;
import dev.hookd.protocol.ConfigSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is different for the projects of one name. Immutable.
 *
 * @param extraRequirements PEP 508 requirements that its hooks need and its {@code pyproject.toml}
 *     does not name; they are in its build environment from the first hook on
 * @param configSettings for its backend, in place of those for all; {@code null}: those for all
 * @param environment variables of its hooks, on top of those for all
 * @param buildIsolation {@code false}: its hooks run in the interpreter as it is, although other
 *     projects' do not
 */
public record PackageOptions(
    List<String> extraRequirements,
    @Nullable ConfigSettings configSettings,
    Map<String, String> environment,
    boolean buildIsolation) {

  /** Nothing is different. */
  public static final PackageOptions NONE = new PackageOptions(List.of(), null, Map.of(), true);

  /**
   * @throws IllegalArgumentException if a requirement is not of PEP 508's shape
   */
  public PackageOptions {
    extraRequirements = List.copyOf(extraRequirements);
    environment = Map.copyOf(environment);
    for (String requirement : extraRequirements) {
      try {
        Requirement.parse(requirement);
      } catch (EnvironmentFailedException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
  }

  /** The same with another {@link #extraRequirements}. */
  public PackageOptions withExtraRequirements(List<String> requirements) {
    return new PackageOptions(requirements, configSettings, environment, buildIsolation);
  }

  /** The same with another {@link #configSettings}. */
  public PackageOptions withConfigSettings(@Nullable ConfigSettings settings) {
    return new PackageOptions(extraRequirements, settings, environment, buildIsolation);
  }

  /** The same with another {@link #environment}. */
  public PackageOptions withEnvironment(Map<String, String> variables) {
    return new PackageOptions(extraRequirements, configSettings, variables, buildIsolation);
  }

  /** The same with another {@link #buildIsolation}. */
  public PackageOptions withBuildIsolation(boolean isolated) {
    return new PackageOptions(extraRequirements, configSettings, environment, isolated);
  }

  /** Without the variables' values, which may be secrets. */
  @Override
  public String toString() {
    return "PackageOptions[extraRequirements=%s, configSettings=%s, environment=%s, buildIsolation=%s]"
        .formatted(extraRequirements, configSettings, environment.keySet(), buildIsolation);
  }
}
