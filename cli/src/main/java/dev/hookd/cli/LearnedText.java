package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hookd.frontend.environment.LearnedFile;
import dev.hookd.frontend.environment.LearnedModules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What daemons have learned about an environment, for a person and for scripts. */
final class LearnedText {

  private static final int LARGEST = 10;

  private LearnedText() {}

  /** One check for each file; one that says so where there is none. */
  static List<Check> checks(Path directory, List<LearnedFile> files) {
    if (files.isEmpty()) {
      return List.of(
          Check.ok(
              "learned",
              "nothing yet: " + directory + " is empty, or not there",
              Map.of("directory", directory.toString())));
    }
    return files.stream().map(LearnedText::check).toList();
  }

  private static Check check(LearnedFile file) {
    String path = file.file().toString();
    if (file instanceof LearnedFile.Usable usable) {
      LearnedModules learned = usable.modules();
      return Check.ok("learned", Text.line(summary(learned)), facts(path, learned))
          .withDetails(details(learned));
    }
    String reason = ((LearnedFile.Unusable) file).reason();
    return Check.warn(
        "learned",
        Text.line(path + " cannot be used: " + reason),
        "safe to delete: it is only a hint, and daemons learn again",
        Map.of("file", path));
  }

  /** {@code setuptools.build_meta (cpython-311): 57 modules preloaded...} */
  private static String summary(LearnedModules learned) {
    StringBuilder text = new StringBuilder();
    text.append(learned.backend()).append(" (").append(learned.python()).append("): ");
    text.append(preloaded(learned));
    if (learned.pending() > 0) {
      text.append(", ").append(learned.pending()).append(" not imported ahead yet");
    }
    if (!learned.refused().isEmpty()) {
      text.append(", ").append(learned.refused().size()).append(" refused");
    }
    return text.toString();
  }

  /** {@code 57 modules preloaded, up to 31.2 ms saved per hook}. */
  static String preloaded(LearnedModules learned) {
    int modules = learned.preloaded().size();
    return "%d %s preloaded, up to %s saved per hook"
        .formatted(modules, modules == 1 ? "module" : "modules", milliseconds(learned.saved()));
  }

  private static List<String> details(LearnedModules learned) {
    List<LearnedModules.Module> preloaded = learned.preloaded();
    List<String> details = new ArrayList<>();
    for (LearnedModules.Module module : preloaded.subList(0, Math.min(LARGEST, preloaded.size()))) {
      Duration time = module.importTime();
      details.add("%9s  %s".formatted(time == null ? "" : milliseconds(time), module.name()));
    }
    if (preloaded.size() > LARGEST) {
      details.add("%9s  %d more".formatted("", preloaded.size() - LARGEST));
    }
    learned
        .refused()
        .forEach((module, reason) -> details.add("  refused  " + module + ": " + reason));
    return details;
  }

  private static Map<String, Object> facts(String file, LearnedModules learned) {
    ArrayNode modules = JsonNodeFactory.instance.arrayNode();
    for (LearnedModules.Module module : learned.modules()) {
      Duration time = module.importTime();
      modules
          .addObject()
          .put("name", module.name())
          .put("seconds", time == null ? null : JsonText.seconds(time));
    }
    ArrayNode refused = JsonNodeFactory.instance.arrayNode();
    learned
        .refused()
        .forEach((name, reason) -> refused.addObject().put("name", name).put("reason", reason));
    Map<String, Object> facts = brief(learned);
    facts.put("file", file);
    facts.put("modules", modules);
    facts.put("refused", refused);
    return facts;
  }

  /** The members that an overview has as well. */
  static Map<String, Object> brief(LearnedModules learned) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("backend", learned.backend());
    facts.put("python", learned.python());
    facts.put("preloaded", learned.preloaded().size());
    facts.put("pending", learned.pending());
    facts.put("saved_seconds", JsonText.seconds(learned.saved()));
    return facts;
  }

  private static String milliseconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
  }
}
