package dev.hookd.frontend;

import dev.hookd.frontend.metadata.CoreMetadata;
import dev.hookd.frontend.metadata.MetadataField;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The core metadata of a project.
 *
 * @param metadata the file's bytes, and what is in them
 * @param source where they came from, also when they were kept meanwhile
 * @param fields those that the wheel is certain to say the same of, by presence and by value: all
 *     that the backend told, or that the project's files promise. The metadata may hold others, of
 *     which that is not certain
 * @param cached whether an earlier run found them
 * @param steps how long each step took that this answer needed, by name, in the order of their
 *     beginning: fetch (from an index or a URL), hash, cache, static, unpack, environment,
 *     requires-hook, prepare-metadata, build-wheel; or wait, for another request's run. A step that
 *     was not needed is absent. Unmodifiable
 * @param elapsed time spent on this project, waiting for a turn excluded
 */
public record MetadataResult(
    CoreMetadata metadata,
    MetadataSource source,
    Set<MetadataField> fields,
    boolean cached,
    Map<String, Duration> steps,
    Duration elapsed) {

  public MetadataResult {
    fields = Set.copyOf(fields);
    steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
  }

  /** The same, with a step that came before the others. */
  MetadataResult after(String step, Duration took) {
    Map<String, Duration> all = new LinkedHashMap<>();
    all.put(step, took);
    all.putAll(steps);
    return new MetadataResult(metadata, source, fields, cached, all, elapsed.plus(took));
  }

  /** Whether the metadata are those of the wheel, with no field left out. */
  public boolean isComplete() {
    return fields.containsAll(MetadataField.OF_THE_WHEEL);
  }
}
