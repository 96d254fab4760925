package dev.hookd.frontend;

import dev.hookd.frontend.environment.InstallerKind;
import dev.hookd.frontend.metadata.MetadataField;
import dev.hookd.pool.Priority;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Isolation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How one project is built. Immutable.
 *
 * @param python the interpreter: a path, a command, or a version such as {@code 3.9}, {@code
 *     >=3.10} or {@code pypy3.10}, searched on this machine; {@code null}: the first Python 3 that
 *     is found
 * @param buildIsolation whether hooks run in an environment of their own with nothing but the build
 *     requirements (PEP 517, "Build environment"); without it they run in {@code python} as it is,
 *     with all of the caller's environment variables
 * @param backend the backend to use instead of the one that {@code pyproject.toml} names; {@code
 *     null}: that one
 * @param configSettings for the backend; {@code null} is Python's {@code None}
 * @param environment variables of the hooks, on top of those that build isolation lets through
 * @param isolation how one hook's process is kept from the next
 * @param timeout for each hook, from the moment it is sent to a daemon; {@code null}: none
 * @param daemonScript a hookd daemon by path; {@code null}: the one that this library carries
 * @param installer what resolves and installs build requirements
 * @param metadataPolicy whether metadata may come from the project's files alone
 * @param allowWheels whether metadata may be those of a wheel that is there already, in an index or
 *     as the input itself; of a version's wheels those for all platforms are preferred. Not with
 *     {@link MetadataPolicy#BUILD}
 * @param metadataFields what is wanted of metadata: an answer that is certain of these is enough
 * @param requirements what else decides what build environments hold, and what is different for
 *     single projects
 * @param priority which work goes first where several wait for a thread or a daemon; no answer
 *     depends on it
 * @param treeUse where the hooks of a source tree run
 * @param products how products are built
 */
public record BuildSettings(
    @Nullable String python,
    boolean buildIsolation,
    @Nullable BuildBackend backend,
    @Nullable ConfigSettings configSettings,
    Map<String, String> environment,
    Isolation isolation,
    @Nullable Duration timeout,
    @Nullable Path daemonScript,
    InstallerKind installer,
    MetadataPolicy metadataPolicy,
    boolean allowWheels,
    Set<MetadataField> metadataFields,
    RequirementOptions requirements,
    Priority priority,
    TreeUse treeUse,
    ProductSettings products) {

  /** Build isolation, a fork for each hook, no time limit, the backend that the project names. */
  public static final BuildSettings DEFAULT = builder().build();

  public BuildSettings {
    environment = Map.copyOf(environment);
    Objects.requireNonNull(isolation, "isolation");
    Objects.requireNonNull(installer, "installer");
    Objects.requireNonNull(metadataPolicy, "metadataPolicy");
    metadataFields = Set.copyOf(metadataFields);
    Objects.requireNonNull(requirements, "requirements");
    Objects.requireNonNull(priority, "priority");
    Objects.requireNonNull(treeUse, "treeUse");
    Objects.requireNonNull(products, "products");
    if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
      throw new IllegalArgumentException("timeout must be positive, got: " + timeout);
    }
  }

  /** Settings that start from {@link #DEFAULT}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Settings that start from these. */
  public Builder toBuilder() {
    return builder()
        .python(python)
        .buildIsolation(buildIsolation)
        .backend(backend)
        .configSettings(configSettings)
        .environment(environment)
        .isolation(isolation)
        .timeout(timeout)
        .daemonScript(daemonScript)
        .installer(installer)
        .metadataPolicy(metadataPolicy)
        .allowWheels(allowWheels)
        .metadataFields(metadataFields)
        .requirements(requirements)
        .priority(priority)
        .treeUse(treeUse)
        .products(products);
  }

  /**
   * The settings for a project of this name, with what {@link #requirements} says of it alone.
   *
   * @param name in any spelling; {@code null} where the project does not say it
   */
  public BuildSettings forPackage(@Nullable String name) {
    PackageOptions own = requirements.forPackage(name);
    if (own.equals(PackageOptions.NONE)) {
      return this;
    }
    Map<String, String> variables = new HashMap<>(environment);
    variables.putAll(own.environment());
    ConfigSettings ownSettings = own.configSettings();
    return toBuilder()
        .buildIsolation(buildIsolation && own.buildIsolation())
        .configSettings(ownSettings == null ? configSettings : ownSettings)
        .environment(variables)
        .build();
  }

  /**
   * A hash of all that can change an answer about a project, apart from the interpreter itself and
   * from what requirements are resolved to, which have identities of their own. So left out are
   * {@link #python}, the time limit, the priority, where metadata may come from, how long
   * resolutions count, and whether this is offline. How hooks are kept apart counts: whoever asks
   * for fresh processes does not trust the warm ones. What is different for single projects counts,
   * whichever project is asked about; that of {@link #forPackage} is as good. Secrets cannot be
   * read from it. The same in every JVM.
   */
  public String fingerprint() {
    return SettingsFingerprint.of(this);
  }

  /** Without the variables' values, which may be secrets. */
  @Override
  public String toString() {
    return ("BuildSettings[python=%s, buildIsolation=%s, backend=%s, configSettings=%s, environment=%s,"
            + " isolation=%s, timeout=%s, daemonScript=%s, installer=%s, metadataPolicy=%s,"
            + " allowWheels=%s, metadataFields=%s, requirements=%s, priority=%s, treeUse=%s,"
            + " products=%s]")
        .formatted(
            python,
            buildIsolation,
            backend,
            configSettings,
            new TreeSet<>(environment.keySet()),
            isolation,
            timeout,
            daemonScript,
            installer,
            metadataPolicy,
            allowWheels,
            metadataFields,
            requirements,
            priority,
            treeUse,
            products);
  }

  /** Builds {@link BuildSettings}; what each setting means says the record. Not thread-safe. */
  public static final class Builder {

    private @Nullable String python;
    private boolean buildIsolation = true;
    private @Nullable BuildBackend backend;
    private @Nullable ConfigSettings configSettings;
    private Map<String, String> environment = Map.of();
    private Isolation isolation = Isolation.FORK;
    private @Nullable Duration timeout;
    private @Nullable Path daemonScript;
    private InstallerKind installer = InstallerKind.AUTO;
    private MetadataPolicy metadataPolicy = MetadataPolicy.STATIC_FIRST;
    private boolean allowWheels;
    private Set<MetadataField> metadataFields = MetadataField.ALL;
    private RequirementOptions requirements = RequirementOptions.DEFAULT;
    private Priority priority = Priority.NORMAL;
    private TreeUse treeUse = TreeUse.IN_TREE;
    private ProductSettings products = ProductSettings.DEFAULT;

    private Builder() {}

    public Builder python(@Nullable String request) {
      python = request;
      return this;
    }

    public Builder buildIsolation(boolean isolated) {
      buildIsolation = isolated;
      return this;
    }

    public Builder backend(@Nullable BuildBackend other) {
      backend = other;
      return this;
    }

    public Builder configSettings(@Nullable ConfigSettings settings) {
      configSettings = settings;
      return this;
    }

    public Builder environment(Map<String, String> variables) {
      environment = variables;
      return this;
    }

    public Builder isolation(Isolation wanted) {
      isolation = wanted;
      return this;
    }

    public Builder timeout(@Nullable Duration limit) {
      timeout = limit;
      return this;
    }

    public Builder daemonScript(@Nullable Path script) {
      daemonScript = script;
      return this;
    }

    public Builder installer(InstallerKind kind) {
      installer = kind;
      return this;
    }

    public Builder metadataPolicy(MetadataPolicy policy) {
      metadataPolicy = policy;
      return this;
    }

    public Builder allowWheels(boolean allowed) {
      allowWheels = allowed;
      return this;
    }

    public Builder metadataFields(Set<MetadataField> wanted) {
      metadataFields = wanted;
      return this;
    }

    public Builder requirements(RequirementOptions options) {
      requirements = options;
      return this;
    }

    public Builder priority(Priority wanted) {
      priority = wanted;
      return this;
    }

    public Builder treeUse(TreeUse wanted) {
      treeUse = wanted;
      return this;
    }

    public Builder products(ProductSettings wanted) {
      products = wanted;
      return this;
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException if the timeout is not positive
     */
    public BuildSettings build() {
      return new BuildSettings(
          python,
          buildIsolation,
          backend,
          configSettings,
          environment,
          isolation,
          timeout,
          daemonScript,
          installer,
          metadataPolicy,
          allowWheels,
          metadataFields,
          requirements,
          priority,
          treeUse,
          products);
    }
  }
}
