package dev.hookd.frontend.requirement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookd.frontend.requirement.VersionClause.Operator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generated versions and specifiers, the same in each run, mean what they mean to Python. */
class PackagingComparisonTest {

  private static final int CURRENT = 26;

  private static final Random RANDOM = new Random(440);
  private static final List<String> VERSIONS = many(150, PackagingComparisonTest::version);
  private static final List<String> SPECIFIERS = many(250, PackagingComparisonTest::specifiers);
  private static final List<String> TEXTS = many(1500, () -> one(version(), damaged(version())));
  private static final List<String> CLAUSES = many(1500, () -> one(clause(), damaged(clause())));

  private static final List<String> MARKERS =
      many(1500, () -> RANDOM.nextInt(3) == 0 ? marker() : damagedMarker(marker()));

  @TempDir static Path temp;
  private static @Nullable JsonNode python;

  @BeforeAll
  static void askPython() throws Exception {
    python =
        PackagingLibrary.ask(
            temp,
            Map.of(
                "versions", VERSIONS,
                "specifiers", SPECIFIERS,
                "texts", TEXTS,
                "clauses", CLAUSES,
                "markers", MARKERS));
    assumeTrue(python != null, "this Python has no packaging library, not even inside pip");
  }

  private static List<String> many(int count, Supplier<String> supplier) {
    Set<String> found = new LinkedHashSet<>();
    while (found.size() < count) {
      found.add(supplier.get());
    }
    return List.copyOf(found);
  }

  private static String one(String... choices) {
    return choices[RANDOM.nextInt(choices.length)];
  }

  /** Few numbers, so that many versions are neighbours. */
  private static String version() {
    return one("", "", "", "", "v", "0!", "1!")
        + plain(1)
        + suffix()
        + one("", "", "", "+a", "+A.1", "+2-b", "+10");
  }

  private static String plain(int least) {
    StringBuilder release = new StringBuilder(one("0", "1", "1", "2", "01"));
    int more = Math.max(least - 1, RANDOM.nextInt(4));
    for (int i = 0; i < more; i++) {
      release.append('.').append(one("0", "0", "1", "2", "10"));
    }
    return release.toString();
  }

  private static String suffix() {
    return one("", "", "", "a1", "-ALPHA", "b2", "rc1", ".c1", "_pre_3", "preview")
        + one("", "", "", ".post1", "-2", "rev", "_r10")
        + one("", "", "", ".dev0", "dev", "-dev3");
  }

  private static String clause() {
    String operator = one("~=", "==", "!=", "<=", ">=", "<", ">", "===");
    String space = one("", "", " ");
    return operator
        + space
        + switch (operator) {
          case "~=" -> plain(2) + suffix();
          case "==", "!=" -> RANDOM.nextBoolean() ? plain(1) + ".*" : version();
          case "===" -> version();
          default -> one("", "", "", "1!") + plain(1) + suffix();
        };
  }

  private static String specifiers() {
    return clause() + (RANDOM.nextInt(3) == 0 ? one(",", " , ") + clause() : "");
  }

  private static String marker() {
    return switch (RANDOM.nextInt(6)) {
      case 0 -> "(" + marker() + one("", " ") + ")";
      case 1, 2 -> marker() + one(" and ", " or ", "\tand\t") + marker();
      default ->
          one("python_version", "os_name", "platform_python_implementation", "extra", "'a b'")
              + one(" ", " ", "")
              + one("==", "===", "~=", "!=", "<=", ">=", "<", ">")
              + one(" ", "  ", "")
              + one("'3.8'", "\"3.10\"", "'nt'", "''", "sys_platform")
              + one("", "", " or 'x' in os_name", " and os_name not  in \"it's\"");
    };
  }

  private static String damagedMarker(String text) {
    return damaged(text, " ", "(", ")", "'", "\"", "=", "and", "or ", " not", "in", "_", ",");
  }

  private static String damaged(String text) {
    return damaged(
        text, ".", "-", "_", "+", "!", "*", " ", "0", "9", "a", "c", "r", "x", "dev", "post", "=");
  }

  private static String damaged(String text, String... inserted) {
    StringBuilder damaged = new StringBuilder(text);
    for (int i = RANDOM.nextInt(3); i >= 0; i--) {
      int at = RANDOM.nextInt(damaged.length());
      String with = RANDOM.nextInt(inserted.length + 1) == 0 ? "" : one(inserted);
      damaged.replace(at, at + RANDOM.nextInt(2), with);
      if (damaged.isEmpty()) {
        damaged.append('.');
      }
    }
    return damaged.toString();
  }

  private static JsonNode said(String what) {
    return Objects.requireNonNull(python).path(what);
  }

  private static boolean isCurrent() {
    return Integer.parseInt(said("library").textValue().split("\\.", 2)[0]) >= CURRENT;
  }

  @Test
  void parse_acceptsAndNormalisesTheSameVersions() {
    List<String> ours = new ArrayList<>();
    List<String> pythons = new ArrayList<>();
    for (int i = 0; i < TEXTS.size(); i++) {
      ours.add(
          TEXTS.get(i)
              + " -> "
              + Version.tryParse(TEXTS.get(i)).map(Version::toString).orElse(null));
      pythons.add(TEXTS.get(i) + " -> " + said("canonical").path(i).textValue());
    }
    assertThat(ours).containsExactlyElementsOf(pythons);
    assertThat(pythons).filteredOn(line -> line.endsWith("null")).hasSizeBetween(300, 1200);
  }

  @Test
  void compareTo_ordersTheSame() {
    TreeSet<Version> sorted = new TreeSet<>();
    VERSIONS.forEach(version -> sorted.add(Version.parse(version)));
    List<String> ours = new ArrayList<>();
    List<String> pythons = new ArrayList<>();
    for (int i = 0; i < VERSIONS.size(); i++) {
      ours.add(VERSIONS.get(i) + " " + sorted.headSet(Version.parse(VERSIONS.get(i))).size());
      pythons.add(VERSIONS.get(i) + " " + said("ranks").path(i).intValue());
    }
    assertThat(ours).containsExactlyElementsOf(pythons);
  }

  @Test
  void contains_saysTheSame() {
    List<String> different = new ArrayList<>();
    int compared = 0;
    for (int i = 0; i < SPECIFIERS.size(); i++) {
      String text = SPECIFIERS.get(i);
      if (isCurrent()
          || Arrays.stream(text.split(",")).allMatch(PackagingComparisonTest::isUndisputed)) {
        VersionSpecifiers specifiers = VersionSpecifiers.parse(text);
        for (int j = 0; j < VERSIONS.size(); j++) {
          compared++;
          Version version = Version.parse(VERSIONS.get(j));
          boolean inPython = said("contains").path(i).textValue().charAt(j) == '1';
          boolean inPythonFinals = said("finals").path(i).textValue().charAt(j) == '1';
          if (specifiers.contains(version, true) != inPython
              || specifiers.contains(version, false) != inPythonFinals) {
            different.add("'" + text + "' and '" + version + "', in Python: " + inPython);
          }
        }
      }
    }
    assertThat(different).isEmpty();
    assertThat(compared).isGreaterThan(10_000);
  }

  /**
   * What older versions of the library have always answered as the current one does: they know less
   * of wildcards with zeros, and of neighbours of pre-releases and post-releases.
   */
  private static boolean isUndisputed(String text) {
    VersionClause clause = VersionClause.parse(text.strip());
    Version version = clause.version();
    boolean isFinal = version != null && !version.isPrerelease() && !version.isPostrelease();
    return switch (clause.operator()) {
      case AT_LEAST, AT_MOST, ARBITRARY -> true;
      case EQUAL, NOT_EQUAL -> !clause.wildcard();
      case BELOW, ABOVE -> isFinal;
      case COMPATIBLE -> false;
    };
  }

  @Test
  void parse_acceptsTheSameClauses() {
    assumeTrue(isCurrent(), "older versions of the library accept more");
    List<String> ours = new ArrayList<>();
    List<String> pythons = new ArrayList<>();
    for (int i = 0; i < CLAUSES.size(); i++) {
      String text = CLAUSES.get(i);
      // An empty word after === is of no use to anybody; the library takes it.
      if (!text.strip().equals(Operator.ARBITRARY.sign)) {
        ours.add(text + " " + VersionSpecifiers.tryParse(text).isPresent());
        pythons.add(text + " " + said("accepted").path(i).booleanValue());
      }
    }
    assertThat(ours).containsExactlyElementsOf(pythons);
  }

  /** Older versions of the library have another parser, which takes no less. */
  @Test
  void marker_isOneForPythonToo() {
    List<String> ours = new ArrayList<>();
    List<String> pythons = new ArrayList<>();
    for (int i = 0; i < MARKERS.size(); i++) {
      String text = MARKERS.get(i);
      boolean valid = EnvironmentMarker.tryParse(text).isPresent();
      if (valid || isCurrent()) {
        ours.add(text + " " + valid);
        pythons.add(text + " " + said("markers").path(i).booleanValue());
      }
    }
    assertThat(ours).containsExactlyElementsOf(pythons);
    assertThat(ours).filteredOn(line -> line.endsWith(" true")).hasSizeGreaterThan(400);
  }
}
