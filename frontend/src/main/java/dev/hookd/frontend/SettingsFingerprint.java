package dev.hookd.frontend;

import dev.hookd.frontend.requirement.Constraint;
import dev.hookd.frontend.system.Fingerprint;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hash of {@link BuildSettings#fingerprint}. */
final class SettingsFingerprint {

  private SettingsFingerprint() {}

  static String of(BuildSettings settings) {
    BuildBackend backend = settings.backend();
    RequirementOptions requirements = settings.requirements();
    IndexOptions index = requirements.index();
    Fingerprint hash =
        new Fingerprint()
            .add("settings", "2")
            .add("isolation", settings.isolation().name())
            .add("isolated", String.valueOf(settings.buildIsolation()))
            .add("backend", backend == null ? "" : backend.object());
    all(hash, "backend-path", backend == null ? List.of() : backend.path());
    hash.add("config", json(settings.configSettings()))
        .add("environment", settings.environment())
        .add("daemon", String.valueOf(settings.daemonScript()))
        .add("installer", settings.installer().name());
    for (Constraint constraint : requirements.constraints()) {
      hash.add("constraint", constraint.toString());
      all(hash, "hashes", constraint.hashes());
    }
    hash.add("index", String.valueOf(index.indexUrl()));
    all(hash, "extra-index", index.extraIndexUrls());
    all(hash, "find-links", index.findLinks());
    requirements
        .packages()
        .forEach(
            (name, own) -> {
              hash.add("package", name);
              all(hash, "requires", own.extraRequirements());
              hash.add("config", json(own.configSettings()))
                  .add("environment", own.environment())
                  .add("isolated", String.valueOf(own.buildIsolation()));
            });
    return hash.hex();
  }

  /** Python's {@code None} is something else than no settings. */
  private static String json(@Nullable ConfigSettings settings) {
    return settings == null ? "" : settings.toJson();
  }

  private static void all(Fingerprint hash, String name, Iterable<?> values) {
    values.forEach(value -> hash.add(name, String.valueOf(value)));
    hash.add("end of " + name, "");
  }
}
