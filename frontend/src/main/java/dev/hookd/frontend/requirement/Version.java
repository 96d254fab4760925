package dev.hookd.frontend.requirement;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A version of a project or of Python, as PEP 440 defines it: compared, and written in its
 * canonical form. Versions are equal when neither sorts before the other, so {@code 1.0} and {@code
 * 1} are, although each is written as it was given. Numbers may have any size: dates and hashes are
 * in use as versions. Immutable.
 */
public final class Version implements Comparable<Version> {

  /** Far more than any version in use has; what is longer is an attack or a mistake. */
  private static final int MAX_LENGTH = 1000;

  private static final int SHOWN_LENGTH = 80;

  /**
   * PEP 440, "Appendix: Parsing version strings with regular expressions", with each spelling that
   * is normalised. Repetitions are possessive, which Java matches without recursion.
   */
  private static final Pattern FORM =
      Pattern.compile(
          "v?(?:(?<epoch>[0-9]++)!)?"
              + "(?<release>[0-9]++(?:\\.[0-9]++)*+)"
              + "(?:[-_.]?(?<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<preNumber>[0-9]++)?)?"
              + "(?:-(?<postBare>[0-9]++)|[-_.]?(?<post>post|rev|r)[-_.]?(?<postNumber>[0-9]++)?)?"
              + "(?:[-_.]?(?<dev>dev)[-_.]?(?<devNumber>[0-9]++)?)?"
              + "(?:\\+(?<local>[a-z0-9]++(?:[-_.][a-z0-9]++)*+))?",
          Pattern.CASE_INSENSITIVE);

  /** In the order in which they sort: a version with nothing but {@code .dev} is before them. */
  private enum Phase {
    DEVELOPMENT(""),
    ALPHA("a"),
    BETA("b"),
    CANDIDATE("rc"),
    FINAL("");

    final String letter;

    Phase(String letter) {
      this.letter = letter;
    }

    static Phase of(String spelling) {
      return switch (spelling.toLowerCase(Locale.ROOT)) {
        case "a", "alpha" -> ALPHA;
        case "b", "beta" -> BETA;
        default -> CANDIDATE;
      };
    }
  }

  /** A part of a local version: words sort before numbers, and as text among themselves. */
  private record LocalPart(@Nullable BigInteger number, String word)
      implements Comparable<LocalPart> {

    static LocalPart of(String text) {
      boolean isNumber = text.chars().allMatch(c -> c >= '0' && c <= '9');
      return isNumber
          ? new LocalPart(new BigInteger(text), "")
          : new LocalPart(null, text.toLowerCase(Locale.ROOT));
    }

    @Override
    public int compareTo(LocalPart other) {
      int byNumber = ABSENT_FIRST.compare(number, other.number);
      return byNumber != 0 ? byNumber : word.compareTo(other.word);
    }

    @Override
    public String toString() {
      return number == null ? word : number.toString();
    }
  }

  private static final Comparator<@Nullable BigInteger> ABSENT_FIRST =
      Comparator.nullsFirst(Comparator.naturalOrder());

  private static final Comparator<@Nullable BigInteger> ABSENT_LAST =
      Comparator.nullsLast(Comparator.naturalOrder());

  private final BigInteger epoch;
  private final List<BigInteger> release;
  private final Phase phase;

  /** Of the alpha, beta or candidate; zero in the other phases. */
  private final BigInteger preNumber;

  private final @Nullable BigInteger post;
  private final @Nullable BigInteger dev;
  private final List<LocalPart> local;

  /** The release without zeros at its end, which do not count in comparisons. */
  private final List<BigInteger> significant;

  private Version(
      BigInteger epoch,
      List<BigInteger> release,
      Phase phase,
      BigInteger preNumber,
      @Nullable BigInteger post,
      @Nullable BigInteger dev,
      List<LocalPart> local) {
    this.epoch = epoch;
    this.release = List.copyOf(release);
    this.phase = phase;
    this.preNumber = preNumber;
    this.post = post;
    this.dev = dev;
    this.local = List.copyOf(local);
    int end = release.size();
    while (end > 0 && release.get(end - 1).signum() == 0) {
      end--;
    }
    this.significant = this.release.subList(0, end);
  }

  /**
   * Reads any spelling that PEP 440 allows, with white space around it.
   *
   * @throws IllegalArgumentException when it is none; the message names it
   */
  public static Version parse(String text) {
    return tryParse(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + shown(text) + "' is not a version as PEP 440 defines it"));
  }

  /** Like {@link #parse}; empty when the text is no version. */
  public static Optional<Version> tryParse(String text) {
    String stripped = text.strip();
    Matcher form = FORM.matcher(stripped);
    if (stripped.length() > MAX_LENGTH || !form.matches()) {
      return Optional.empty();
    }
    BigInteger dev = number(form.group("dev"), form.group("devNumber"));
    BigInteger post =
        form.group("postBare") != null
            ? new BigInteger(form.group("postBare"))
            : number(form.group("post"), form.group("postNumber"));
    BigInteger pre = number(form.group("pre"), form.group("preNumber"));
    Phase phase = post == null && dev != null ? Phase.DEVELOPMENT : Phase.FINAL;
    return Optional.of(
        new Version(
            form.group("epoch") == null ? BigInteger.ZERO : new BigInteger(form.group("epoch")),
            split(form.group("release"), "\\.").stream().map(BigInteger::new).toList(),
            pre == null ? phase : Phase.of(form.group("pre")),
            pre == null ? BigInteger.ZERO : pre,
            post,
            dev,
            form.group("local") == null
                ? List.of()
                : split(form.group("local"), "[-_.]").stream().map(LocalPart::of).toList()));
  }

  /** The number behind a word, which may leave it out for a zero; null when the word is absent. */
  private static @Nullable BigInteger number(@Nullable String word, @Nullable String digits) {
    if (word == null) {
      return null;
    }
    return digits == null ? BigInteger.ZERO : new BigInteger(digits);
  }

  private static List<String> split(String text, String separator) {
    return List.of(text.split(separator, -1));
  }

  static String shown(String text) {
    return text.length() <= SHOWN_LENGTH ? text : text.substring(0, SHOWN_LENGTH) + "...";
  }

  /** What beats every other segment; zero unless it is written, as in {@code 1!2.0}. */
  public BigInteger epoch() {
    return epoch;
  }

  /** The numbers between the dots, at least one, with the zeros at the end that were written. */
  public List<BigInteger> release() {
    return release;
  }

  /** Whether this is an alpha, a beta, a release candidate or a development release. */
  public boolean isPrerelease() {
    return hasPrereleaseSegment() || dev != null;
  }

  /** Whether this has a post-release segment. */
  public boolean isPostrelease() {
    return post != null;
  }

  /** Whether this has a development release segment. */
  public boolean isDevelopmentRelease() {
    return dev != null;
  }

  /** What follows the {@code +}, normalised: which patches a distributor applied. */
  public Optional<String> local() {
    return local.isEmpty()
        ? Optional.empty()
        : Optional.of(local.stream().map(LocalPart::toString).collect(Collectors.joining(".")));
  }

  /** This version without its local part. */
  public Version publicVersion() {
    return local.isEmpty()
        ? this
        : new Version(epoch, release, phase, preNumber, post, dev, List.of());
  }

  private boolean hasPrereleaseSegment() {
    return phase != Phase.FINAL && phase != Phase.DEVELOPMENT;
  }

  /** The first of the development releases of this very version. */
  Version firstDevelopmentRelease() {
    Phase developed = phase == Phase.FINAL && post == null ? Phase.DEVELOPMENT : phase;
    return new Version(epoch, release, developed, preNumber, post, BigInteger.ZERO, List.of());
  }

  /** Whether both are the same release in the same phase: one of them, or its post-releases. */
  boolean sharesPhaseWith(Version other) {
    return epoch.equals(other.epoch)
        && significant.equals(other.significant)
        && phase == other.phase
        && preNumber.equals(other.preNumber);
  }

  /**
   * Whether this version begins with the epoch and the first {@code count} release numbers of
   * another one; numbers that are not written are zeros.
   */
  boolean beginsWith(Version other, int count) {
    if (!epoch.equals(other.epoch)) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      BigInteger own = i < release.size() ? release.get(i) : BigInteger.ZERO;
      if (!own.equals(other.release.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** PEP 440, "Summary of permitted suffixes and relative ordering". */
  @Override
  public int compareTo(Version other) {
    int order = epoch.compareTo(other.epoch);
    order = order != 0 ? order : compare(significant, other.significant);
    order = order != 0 ? order : phase.compareTo(other.phase);
    order = order != 0 ? order : preNumber.compareTo(other.preNumber);
    order = order != 0 ? order : ABSENT_FIRST.compare(post, other.post);
    order = order != 0 ? order : ABSENT_LAST.compare(dev, other.dev);
    return order != 0 ? order : compare(local, other.local);
  }

  /** Part by part; what the other one only continues is before it. */
  private static <T extends Comparable<? super T>> int compare(List<T> one, List<T> other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      int order = one.get(i).compareTo(other.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(one.size(), other.size());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Version version && compareTo(version) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(epoch, significant, phase, preNumber, post, dev, local);
  }

  /** The canonical form (PEP 440, "Normalization"), with the release's zeros as they were given. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (epoch.signum() != 0) {
      text.append(epoch).append('!');
    }
    text.append(release.stream().map(BigInteger::toString).collect(Collectors.joining(".")));
    if (hasPrereleaseSegment()) {
      text.append(phase.letter).append(preNumber);
    }
    if (post != null) {
      text.append(".post").append(post);
    }
    if (dev != null) {
      text.append(".dev").append(dev);
    }
    local().ifPresent(part -> text.append('+').append(part));
    return text.toString();
  }
}
