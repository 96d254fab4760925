package dev.hookd.frontend.build;

import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.system.Fingerprint;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What of the settings an answer can depend on, as a hash. */
public final class SettingsFingerprint {

  /**
   * No answer depends on these, or it does through something else that its key has: the interpreter
   * through its identity. Whatever is added to the settings counts until it is listed here.
   */
  private static final Set<String> IRRELEVANT =
      Set.of("python", "timeout", "priority", "metadataPolicy", "metadataFields");

  private SettingsFingerprint() {}

  /** The same for equal settings, in every JVM. */
  public static String of(BuildSettings settings) {
    Fingerprint fingerprint = new Fingerprint();
    for (RecordComponent component : BuildSettings.class.getRecordComponents()) {
      if (!IRRELEVANT.contains(component.getName())) {
        fingerprint.add(component.getName(), text(value(component, settings)));
      }
    }
    return fingerprint.hex();
  }

  private static Object value(RecordComponent component, BuildSettings settings) {
    try {
      Object value = component.getAccessor().invoke(settings);
      return value == null ? "null" : value;
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("an accessor of a public record", e);
    }
  }

  /** Immutable maps and sets have another order in each JVM. */
  private static String text(Object value) {
    if (value instanceof Map<?, ?> map) {
      TreeMap<String, String> sorted = new TreeMap<>();
      map.forEach((key, entry) -> sorted.put(String.valueOf(key), text(entry)));
      return sorted.toString();
    }
    if (value instanceof Set<?> set) {
      TreeSet<String> sorted = new TreeSet<>();
      set.forEach(entry -> sorted.add(text(entry)));
      return sorted.toString();
    }
    return value.toString();
  }
}
