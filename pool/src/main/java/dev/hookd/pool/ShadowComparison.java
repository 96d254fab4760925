package dev.hookd.pool;

import dev.hookd.pool.Verification.Difference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where two runs differ. The subject of a difference names the place and not what is there, so that
 * two pairs of runs can be asked whether they differ in the same places. Names that only one of two
 * directories has are one difference of the directory: a name that chance chose differs each time.
 */
final class ShadowComparison {

  private static final int SHOWN_CHARACTERS = 400;

  private final CancelSignal cancel;
  private final List<Difference> found = new ArrayList<>();

  private ShadowComparison(CancelSignal cancel) {
    this.cancel = cancel;
  }

  /**
   * The differences, the answer's first.
   *
   * @throws NotVerifiedException if they are not wanted any more
   */
  static List<Difference> of(ShadowRecord warm, ShadowRecord fresh, CancelSignal cancel)
      throws NotVerifiedException {
    ShadowComparison comparison = new ShadowComparison(cancel);
    comparison.texts("answer", warm.answer().text(), fresh.answer().text());
    comparison.texts(
        "warnings", warm.answer().warnings().toString(), fresh.answer().warnings().toString());
    for (String product : comparison.names("product", warm.products(), fresh.products())) {
      comparison.product(product, warm, fresh);
    }
    comparison.entries("source tree", warm.tree(), fresh.tree());
    return List.copyOf(comparison.found);
  }

  /** The bytes are the same; or the archive's entries are, whatever the times in it. */
  private void product(String name, ShadowRecord warm, ShadowRecord fresh)
      throws NotVerifiedException {
    String warmState = warm.products().get(name);
    String freshState = fresh.products().get(name);
    if (Objects.equals(warmState, freshState)) {
      return;
    }
    Optional<Map<String, String>> one =
        ArchiveContents.of(warm.productFiles().resolve(name), cancel);
    Optional<Map<String, String>> other =
        ArchiveContents.of(fresh.productFiles().resolve(name), cancel);
    if (one.isPresent() && other.isPresent()) {
      entries("product " + name, one.get(), other.get());
    } else {
      texts("product: " + name, String.valueOf(warmState), String.valueOf(freshState));
    }
  }

  private void entries(String what, Map<String, String> warm, Map<String, String> fresh) {
    for (String name : names(what, warm, fresh)) {
      texts(
          what + ": " + (name.isEmpty() ? "." : name),
          String.valueOf(warm.get(name)),
          String.valueOf(fresh.get(name)));
    }
  }

  /** The names that both have; those that one lacks are differences of their directories. */
  private Set<String> names(String what, Map<String, String> warm, Map<String, String> fresh) {
    SortedMap<String, Set<String>> onlyWarm = lacking(warm.keySet(), fresh.keySet());
    SortedMap<String, Set<String>> onlyFresh = lacking(fresh.keySet(), warm.keySet());
    Set<String> directories = new TreeSet<>(onlyWarm.keySet());
    directories.addAll(onlyFresh.keySet());
    for (String directory : directories) {
      texts(
          what + ": names in " + directory,
          "also has " + onlyWarm.getOrDefault(directory, Set.of()),
          "also has " + onlyFresh.getOrDefault(directory, Set.of()));
    }
    Set<String> both = new TreeSet<>(warm.keySet());
    both.retainAll(fresh.keySet());
    return both;
  }

  /** By directory, what of these the others lack; nothing below what is lacking itself. */
  private static SortedMap<String, Set<String>> lacking(Set<String> names, Set<String> others) {
    Set<String> there = new HashSet<>(others);
    for (String other : others) { // archives need not have entries for directories
      for (int slash = other.indexOf('/'); slash >= 0; slash = other.indexOf('/', slash + 1)) {
        there.add(other.substring(0, slash));
      }
    }
    SortedMap<String, Set<String>> lacking = new TreeMap<>();
    for (String name : names) {
      if (!others.contains(name)) {
        String missing = topmostMissing(name, there);
        int slash = missing.lastIndexOf('/', missing.length() - 2);
        lacking
            .computeIfAbsent(slash < 0 ? "." : missing.substring(0, slash), it -> new TreeSet<>())
            .add(missing.isEmpty() ? "." : missing.substring(slash + 1));
      }
    }
    return lacking;
  }

  private static String topmostMissing(String name, Set<String> there) {
    for (int slash = name.indexOf('/');
        slash >= 0 && slash < name.length() - 1;
        slash = name.indexOf('/', slash + 1)) {
      if (!there.contains(name.substring(0, slash))) {
        return name.substring(0, slash);
      }
    }
    return name;
  }

  private void texts(String subject, String warm, String fresh) {
    if (!warm.equals(fresh)) {
      found.add(new Difference(subject, shown(warm, fresh), shown(fresh, warm)));
    }
  }

  /** The text in bounded length, from shortly before where the other one begins to differ. */
  private static String shown(String text, String other) {
    if (text.length() <= SHOWN_CHARACTERS) {
      return text;
    }
    int same = 0;
    while (same < Math.min(text.length(), other.length())
        && text.charAt(same) == other.charAt(same)) {
      same++;
    }
    int from = Math.max(0, Math.min(same - SHOWN_CHARACTERS / 4, text.length()));
    int to = Math.min(text.length(), from + SHOWN_CHARACTERS);
    return (from == 0 ? "" : "...") + text.substring(from, to) + (to == text.length() ? "" : "...");
  }
}
