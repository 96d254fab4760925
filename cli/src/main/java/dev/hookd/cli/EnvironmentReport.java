package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.frontend.environment.CachedEnvironment;
import dev.hookd.frontend.environment.CachedEnvironments;
import dev.hookd.frontend.environment.EnvironmentManifest;
import dev.hookd.frontend.environment.LearnedFile;
import dev.hookd.frontend.environment.LearnedModules;
import dev.hookd.frontend.system.DiskUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks at build environments: at one of them closely, or at all of a cache from afar. */
final class EnvironmentReport {

  private static final int LISTED = 20;
  private static final int SHORT_ID = 12;
  private static final String MADE_AGAIN = "nothing to do: it is made again when it is needed";

  private EnvironmentReport() {}

  /** All that is known of one. */
  static List<Check> checks(CachedEnvironment environment) {
    List<Check> checks = new ArrayList<>();
    checks.add(state(environment));
    environment.manifest().ifPresent(manifest -> checks.add(python(manifest)));
    environment.manifest().ifPresent(manifest -> checks.add(requirements(manifest)));
    checks.add(size(environment));
    checks.addAll(LearnedText.checks(environment.learnedDirectory(), environment.learned()));
    return checks;
  }

  private static Check state(CachedEnvironment environment) {
    String value = environment.id() + " at " + environment.root();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", environment.id());
    facts.put("path", environment.root().toString());
    String created =
        environment.manifest().map(manifest -> manifest.created().toString()).orElse("");
    facts.put("created", created);
    if (environment.manifestFault().isPresent()) {
      return Check.warn(
          "environment",
          value + ", whose manifest cannot be read: " + environment.manifestFault().get(),
          "delete " + environment.learnedDirectory().getParent() + ": it is made again when needed",
          facts);
    }
    return switch (environment.state()) {
      case COMPLETE ->
          Check.ok(
              "environment",
              value + environment.manifest().map(EnvironmentReport::made).orElse(""),
              facts);
      case WITHOUT_PYTHON ->
          Check.warn("environment", value + ", whose Python is gone", MADE_AGAIN, facts);
      case INCOMPLETE ->
          Check.warn(
              "environment",
              value + ", incomplete: being made, or left by what was killed while it made it",
              MADE_AGAIN,
              facts);
    };
  }

  private static String made(EnvironmentManifest manifest) {
    return ", made " + manifest.created().truncatedTo(ChronoUnit.SECONDS);
  }

  private static Check python(EnvironmentManifest manifest) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("version", manifest.version());
    facts.put("executable", manifest.executable());
    facts.put("implementation", manifest.implementation());
    facts.put("platform", manifest.platform());
    return Check.ok(
        "python",
        "%s %s at %s, %s"
            .formatted(
                manifest.implementation(),
                manifest.version(),
                manifest.executable(),
                manifest.platform()),
        facts);
  }

  private static Check requirements(EnvironmentManifest manifest) {
    ArrayNode resolved = JsonNodeFactory.instance.arrayNode();
    List<String> details = new ArrayList<>();
    for (EnvironmentManifest.Distribution each : manifest.distributions()) {
      resolved
          .addObject()
          .put("name", each.name())
          .put("version", each.version())
          .put("source", each.source());
      details.add("%s %s %s".formatted(each.name(), each.version(), each.source()).stripTrailing());
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("requirements", CallJson.strings(manifest.requirements()));
    facts.put("installer", manifest.installer());
    facts.put("resolved", resolved);
    String value =
        manifest.requirements().isEmpty()
            ? "none"
            : "%s, resolved by %s to:"
                .formatted(String.join(", ", manifest.requirements()), manifest.installer());
    return Check.ok("requirements", value, facts).withDetails(details);
  }

  private static Check size(CachedEnvironment environment) {
    try {
      long bytes = DiskUse.of(environment.root());
      return Check.ok("size", Doctor.size(bytes), Map.of("bytes", bytes));
    } catch (IOException e) {
      return Check.warn("size", e.toString(), "give yourself permission to read it", Map.of());
    }
  }

  /** The environments that there are, in a line each. */
  static Check overview(CachedEnvironments environments) {
    CachedEnvironments.Listing listing;
    try {
      listing = environments.newest(LISTED);
    } catch (UncheckedIOException e) {
      return Check.problem(
          "environments",
          environments.directory() + " cannot be listed: " + e.getMessage(),
          "make it readable, or set HOOKD_CACHE_DIR to a directory that is");
    }
    ArrayNode newest = JsonNodeFactory.instance.arrayNode();
    listing.newest().forEach(environment -> newest.add(json(environment)));
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("directory", environments.directory().toString());
    facts.put("total", listing.total());
    facts.put("newest", newest);
    if (listing.total() == 0) {
      return Check.ok("environments", "none yet in " + environments.directory(), facts);
    }
    String which = listing.total() > LISTED ? " (the newest %d are shown)".formatted(LISTED) : "";
    return Check.ok(
            "environments",
            "%d in %s%s; 'hookd doctor ID' says more of one"
                .formatted(listing.total(), environments.directory(), which),
            facts)
        .withDetails(listing.newest().stream().map(EnvironmentReport::line).toList());
  }

  private static String line(CachedEnvironment environment) {
    List<String> words = new ArrayList<>();
    words.add(environment.id().substring(0, SHORT_ID));
    words.add(
        environment
            .manifest()
            .map(manifest -> manifest.implementation() + " " + manifest.version())
            .orElse("manifest unreadable"));
    for (LearnedModules learned : environment.learnedModules()) {
      words.add(learned.backend() + ": " + LearnedText.preloaded(learned));
    }
    if (environment.learned().isEmpty()) {
      words.add("nothing learned yet");
    }
    long unusable = environment.learned().stream().filter(EnvironmentReport::isUnusable).count();
    if (unusable > 0) {
      words.add(unusable + (unusable == 1 ? " learned file" : " learned files") + " unusable");
    }
    return String.join("  ", words);
  }

  private static ObjectNode json(CachedEnvironment environment) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("id", environment.id());
    node.put("path", environment.root().toString());
    node.put(
        "python",
        environment
            .manifest()
            .map(manifest -> manifest.implementation() + " " + manifest.version())
            .orElse(null));
    ArrayNode learned = node.putArray("learned");
    environment
        .learnedModules()
        .forEach(each -> LearnedText.brief(each).forEach(learned.addObject()::putPOJO));
    return node;
  }

  private static boolean isUnusable(LearnedFile file) {
    return file instanceof LearnedFile.Unusable;
  }
}
