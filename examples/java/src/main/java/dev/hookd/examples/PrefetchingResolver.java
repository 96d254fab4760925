package dev.hookd.examples;

import dev.hookd.client.HookdException;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.Input;
import dev.hookd.frontend.MetadataResult;
import dev.hookd.frontend.metadata.MetadataField;
import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.requirement.Requirement;
import dev.hookd.frontend.requirement.Version;
import dev.hookd.frontend.requirement.VersionSpecifiers;
import dev.hookd.pool.Priority;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A dependency resolver on a directory of sdists: finds one version of each project that is needed,
 * such that every requirement holds; newest first, with backtracking.
 *
 * <p>What it shows is how to hide the time that metadata take. Metadata of what is decided now are
 * asked for with a high priority; those of what will probably be decided next are fetched ahead
 * with a low one, on daemons that would be idle; and what is not probable any more is cancelled,
 * which ends its hook.
 *
 * <p>What it does not do: environment markers are not evaluated (a requirement with a marker
 * counts, unless the marker asks for an extra), extras and URLs of requirements are read over, and
 * it tries all combinations in the worst case, where a real resolver learns from a conflict.
 */
public final class PrefetchingResolver {

  /**
   * Versions of one project that are worth fetching ahead: the newest, and the one if that fails.
   */
  private static final int AHEAD = 2;

  private final Hookd hookd;
  private final Map<String, List<Candidate>> candidates;
  private final Map<Candidate, CompletableFuture<MetadataResult>> answers = new HashMap<>();

  /** Why the last combination that was tried is none; for the person who asked. */
  private String conflict = "";

  /** An sdist of the directory. */
  record Candidate(String name, Version version, Path sdist) {
    /** Reads {@code {name}-{version}.tar.gz} (PEP 625); old names may hold hyphens themselves. */
    static Optional<Candidate> of(Path sdist) {
      String stem = sdist.getFileName().toString().replaceFirst("\\.(tar\\.gz|zip)$", "");
      int hyphen = stem.lastIndexOf('-');
      return hyphen < 1
          ? Optional.empty()
          : Version.tryParse(stem.substring(hyphen + 1))
              .map(v -> new Candidate(ProjectName.normalize(stem.substring(0, hyphen)), v, sdist));
    }

    @Override
    public String toString() {
      return name + "==" + version;
    }
  }

  /** A requirement, and whose it is. */
  record Wanted(String name, VersionSpecifiers versions, String by) {
    static Wanted of(String text, String by) {
      Requirement requirement = Requirement.parse(text);
      return new Wanted(requirement.name(), VersionSpecifiers.parse(requirement.specifier()), by);
    }

    @Override
    public String toString() {
      return name + versions + " (of " + by + ")";
    }
  }

  PrefetchingResolver(Hookd hookd, Path directory) throws IOException {
    this.hookd = hookd;
    candidates = new HashMap<>();
    try (DirectoryStream<Path> sdists = Files.newDirectoryStream(directory, "*.{tar.gz,zip}")) {
      for (Path sdist : sdists) {
        Candidate.of(sdist)
            .ifPresent(c -> candidates.computeIfAbsent(c.name(), n -> new ArrayList<>()).add(c));
      }
    }
    candidates.values().forEach(of -> of.sort(Comparator.comparing(Candidate::version).reversed()));
  }

  /** The exit status is 1 when there is no solution. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 2) {
      System.err.println("usage: PrefetchingResolver DIRECTORY REQUIREMENT...");
      System.exit(2);
    }
    Optional<SortedMap<String, Candidate>> solution;
    try (Hookd hookd = Hookd.builder().build()) {
      PrefetchingResolver resolver = new PrefetchingResolver(hookd, Path.of(arguments[0]));
      solution = resolver.resolve(List.of(arguments).subList(1, arguments.length));
      solution.ifPresentOrElse(
          found -> found.values().forEach(System.out::println),
          () -> System.err.println("there is no solution; the last try: " + resolver.conflict()));
    }
    System.exit(solution.isPresent() ? 0 : 1);
  }

  /** One candidate a project, by name; empty when no combination meets all requirements. */
  Optional<SortedMap<String, Candidate>> resolve(List<String> roots) {
    try {
      return solve(new TreeMap<>(), roots.stream().map(r -> Wanted.of(r, "you")).toList());
    } finally {
      expect(Set.of()); // nothing is needed any more
    }
  }

  /** What stood in the way at last. */
  String conflict() {
    return conflict;
  }

  private Optional<SortedMap<String, Candidate>> solve(
      SortedMap<String, Candidate> chosen, List<Wanted> wanted) {
    // What is chosen must meet what has been found since.
    for (Wanted one : wanted) {
      Candidate candidate = chosen.get(one.name());
      if (candidate != null && !one.versions().contains(candidate.version(), true)) {
        conflict = candidate + " does not meet " + one;
        return Optional.empty();
      }
    }
    List<Wanted> open = wanted.stream().filter(one -> !chosen.containsKey(one.name())).toList();
    if (open.isEmpty()) {
      return Optional.of(chosen);
    }
    String next = open.get(0).name();
    List<Candidate> possible = possible(next, open);
    if (possible.isEmpty()) {
      conflict = "no sdist meets " + open.stream().filter(one -> one.name().equals(next)).toList();
    }
    for (Candidate candidate : possible) {
      Optional<List<Wanted>> required = requirementsOf(candidate, open);
      if (required.isPresent()) {
        SortedMap<String, Candidate> more = new TreeMap<>(chosen);
        more.put(next, candidate);
        Optional<SortedMap<String, Candidate>> solution =
            solve(more, Stream.of(wanted, required.get()).flatMap(List::stream).toList());
        if (solution.isPresent()) {
          return solution;
        }
      }
    }
    return Optional.empty();
  }

  /** The candidates of a project that meet all that is required of it, newest first. */
  private List<Candidate> possible(String name, List<Wanted> wanted) {
    List<VersionSpecifiers> all =
        wanted.stream().filter(one -> one.name().equals(name)).map(Wanted::versions).toList();
    // Only who asks for a pre-release gets one (PEP 440, "Handling of pre-releases").
    boolean prereleases = all.stream().anyMatch(VersionSpecifiers::mentionsPrerelease);
    return candidates.getOrDefault(name, List.of()).stream()
        .filter(c -> all.stream().allMatch(one -> one.contains(c.version(), prereleases)))
        .toList();
  }

  /**
   * What the candidate requires; empty where that cannot be found out.
   *
   * @param open what is to be decided now and next
   */
  private Optional<List<Wanted>> requirementsOf(Candidate candidate, List<Wanted> open) {
    CompletableFuture<MetadataResult> early = answers.get(candidate);
    CompletableFuture<MetadataResult> now =
        early != null && early.isDone() ? early : ask(candidate, Priority.HIGH);
    // What was fetched ahead may be nearly there, or wait for its turn: whichever is first counts.
    CompletableFuture<MetadataResult> first =
        early == null ? now : early.applyToEither(now, result -> result);
    answers.put(candidate, first);
    Set<Candidate> soon =
        open.stream()
            .flatMap(one -> possible(one.name(), open).stream().limit(AHEAD))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    soon.add(candidate);
    expect(soon);
    try {
      return Optional.of(
          first.join().metadata().all("Requires-Dist").stream()
              .filter(text -> !Requirement.parse(text).marker().orElse("").contains("extra"))
              .map(text -> Wanted.of(text, candidate.toString()))
              .toList());
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof HookdException failure)) {
        throw e;
      }
      conflict = candidate + " has no metadata: " + failure.getMessage();
    } catch (HookdException | IllegalArgumentException e) {
      conflict = candidate + " has a requirement that is none: " + e.getMessage();
    } finally {
      now.cancel(true); // the one that was not first; nothing is left to cancel of the other
      if (early != null) {
        early.cancel(true);
      }
    }
    return Optional.empty();
  }

  /** Fetches what may be needed soon, and gives up what was on its way and is not needed. */
  private void expect(Set<Candidate> soon) {
    answers
        .entrySet()
        .removeIf(asked -> !soon.contains(asked.getKey()) && asked.getValue().cancel(true));
    soon.forEach(one -> answers.computeIfAbsent(one, absent -> ask(absent, Priority.LOW)));
  }

  private CompletableFuture<MetadataResult> ask(Candidate candidate, Priority priority) {
    BuildSettings settings =
        BuildSettings.builder()
            .priority(priority)
            .metadataFields(MetadataField.RESOLUTION) // so that files alone answer more often
            .build();
    return hookd.metadataAsync(Input.of(candidate.sdist()), settings);
  }
}
