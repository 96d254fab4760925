package dev.hookd.frontend.index;

import dev.hookd.frontend.index.DistributionName.Kind;
import dev.hookd.frontend.requirement.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds the files of one version among what indexes list. */
final class Selector {

  private record Candidate(ProjectFile file, DistributionName name, boolean sameSpelling) {
    boolean is(Kind kind) {
      return name.kind() == kind;
    }
  }

  private Selector() {}

  /**
   * @param project normalised
   * @param pages of all indexes that have the project, in the indexes' order
   * @param asked all indexes
   */
  static Selection select(
      String project, Version wanted, boolean wheels, List<ProjectPage> pages, List<String> asked) {
    if (pages.isEmpty()) {
      throw Missing.project(project, asked);
    }
    List<Candidate> candidates = new ArrayList<>();
    TreeSet<Version> versions = new TreeSet<>(Comparator.reverseOrder());
    Set<String> seen = new HashSet<>();
    for (ProjectPage page : pages) {
      page.versions().forEach(text -> Version.tryParse(text).ifPresent(versions::add));
      for (ProjectFile file : page.files()) {
        DistributionName name = DistributionName.parse(file.fileName(), project).orElse(null);
        Optional<Version> version =
            name == null ? Optional.empty() : Version.tryParse(name.version());
        version.ifPresent(versions::add);
        // An extra index that mirrors the first one lists the same files.
        if (name != null
            && version.filter(wanted::equals).isPresent()
            && seen.add(file.fileName())) {
          boolean same = name.version().equals(wanted.toString());
          candidates.add(new Candidate(file, name, same));
        }
      }
    }
    List<Version> existing = List.copyOf(versions);
    if (candidates.isEmpty()) {
      throw Missing.version(project, wanted, asked, existing);
    }
    Comparator<Candidate> valid =
        Comparator.comparing(candidate -> candidate.file().yanked().isPresent());
    List<ProjectFile> sdists =
        sorted(
            candidates,
            Kind.SDIST,
            valid
                .thenComparing(candidate -> !candidate.sameSpelling())
                .thenComparing(
                    candidate -> DistributionName.SDISTS.indexOf(candidate.name().extension())));
    List<ProjectFile> allowed =
        wheels
            ? sorted(
                candidates,
                Kind.WHEEL,
                valid
                    .thenComparing(candidate -> candidate.file().coreMetadata().isEmpty())
                    .thenComparing(candidate -> !candidate.name().universal()))
            : List.of();
    if (sdists.isEmpty() && allowed.isEmpty()) {
      throw Missing.files(
          project, wanted, asked, existing, candidates.stream().anyMatch(c -> c.is(Kind.WHEEL)));
    }
    return new Selection(project, wanted, sdists, allowed, asked);
  }

  private static List<ProjectFile> sorted(
      List<Candidate> candidates, Kind kind, Comparator<Candidate> order) {
    return candidates.stream()
        .filter(candidate -> candidate.is(kind))
        .sorted(order)
        .map(Candidate::file)
        .toList();
  }
}
