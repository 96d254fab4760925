package dev.hookd.frontend.build;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A line of {@code scripts/corpus/sdists.txt}; what it may hold says the README beside that file.
 *
 * @param needs commands without which its hooks say nothing worth comparing
 * @param compiles whether building a wheel takes a compiler longer than a test may take
 * @param noMetadata a word of how it fails to prepare metadata; empty for one that must not fail
 */
record CorpusSdist(
    String name,
    String version,
    Path file,
    List<String> needs,
    boolean compiles,
    Optional<String> noMetadata) {

  private static final int WORDS = 3;
  private static final String NEEDS = "needs:";
  private static final String COMPILES = "compiles";
  private static final String NO_METADATA = "no-metadata:";

  static CorpusSdist parse(String line, Path directory) {
    List<String> words = Arrays.asList(line.strip().split(" +"));
    if (words.size() < WORDS) {
      throw new IllegalArgumentException("not a line of the list: " + line);
    }
    List<String> pin = Arrays.asList(words.get(0).split("==", 2));
    List<String> flags = words.subList(WORDS, words.size());
    return new CorpusSdist(
        pin.get(0),
        pin.get(1),
        directory.resolve(words.get(2)),
        values(flags, NEEDS).toList(),
        flags.contains(COMPILES),
        values(flags, NO_METADATA).findFirst());
  }

  private static Stream<String> values(List<String> flags, String name) {
    return flags.stream()
        .filter(flag -> flag.startsWith(name))
        .map(flag -> flag.substring(name.length()));
  }

  /** Why nothing of it can be compared on this machine; empty when all can. */
  Optional<String> whySkipped() {
    return needs.stream()
        .filter(command -> !isOnPath(command))
        .findFirst()
        .map(command -> "there is no " + command + " on PATH");
  }

  private static boolean isOnPath(String command) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
  }

  @Override
  public String toString() {
    return name + " " + version;
  }
}
