package dev.hookd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.frontend.MetadataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Core metadata as a summary for a person. */
final class MetadataText {

  private static final Map<String, String> SHOWN = new LinkedHashMap<>();

  static {
    SHOWN.put("summary", "Summary");
    SHOWN.put("license_expression", "License");
    SHOWN.put("license", "License");
    SHOWN.put("author", "Author");
    SHOWN.put("author_email", "Author-Email");
    SHOWN.put("home_page", "Home-Page");
    SHOWN.put("project_url", "Project-URL");
    SHOWN.put("requires_python", "Requires-Python");
    SHOWN.put("requires_dist", "Requires-Dist");
    SHOWN.put("provides_extra", "Provides-Extra");
    SHOWN.put("dynamic", "Dynamic");
  }

  private static final int COLUMN = 17;

  private MetadataText() {}

  /**
   * @param metadata the fields in the JSON form of PEP 566
   * @param python which of several Pythons they are for; else null
   */
  static List<String> render(
      ObjectNode metadata,
      @Nullable String python,
      MetadataSource source,
      Duration elapsed,
      Style style) {
    String under = python == null ? "" : "under " + Text.printable(python) + ", ";
    List<String> lines = new ArrayList<>();
    lines.add(
        style.bold(
                Text.printable(metadata.path("name").asText("?"))
                    + " "
                    + Text.printable(metadata.path("version").asText("?")))
            + style.dim(
                String.format(
                    Locale.ROOT,
                    "  (%s%s, %.3f s)",
                    under,
                    source.label(),
                    elapsed.toNanos() / 1e9)));
    boolean hasLicense = false;
    for (Map.Entry<String, String> field : SHOWN.entrySet()) {
      boolean isLicense = field.getValue().equals("License");
      List<String> values = values(metadata.path(field.getKey()));
      if (values.isEmpty() || (isLicense && hasLicense)) {
        continue;
      }
      hasLicense |= isLicense;
      for (int i = 0; i < values.size(); i++) {
        String label = i == 0 ? field.getValue() : "";
        lines.add("  " + style.cyan(label) + " ".repeat(COLUMN - label.length()) + values.get(i));
      }
    }
    return lines;
  }

  /** The values, each on one line: of a text of several lines the first. */
  private static List<String> values(JsonNode node) {
    List<String> values = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(item -> values.addAll(values(item)));
    } else if (node.isTextual() && !node.textValue().isBlank()) {
      List<String> lines = node.textValue().strip().lines().toList();
      values.add(Text.printable(lines.get(0)) + (lines.size() > 1 ? " ..." : ""));
    }
    return values;
  }
}
