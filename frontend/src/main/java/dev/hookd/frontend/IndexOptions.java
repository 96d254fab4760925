package dev.hookd.frontend;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where distributions are looked for, on top of what the caller's environment and configuration
 * files say to the installer. Immutable; {@link #toString} hides credentials.
 *
 * @param indexUrl the index (PEP 503), in place of the configured one; {@code null}: that one
 * @param extraIndexUrls further indexes
 * @param findLinks directories of distributions, absolute paths, or URLs of pages that link to some
 * @param offline whether nothing may be fetched over a network: requirements come from {@code
 *     findLinks} that are directories and from what is cached
 */
public record IndexOptions(
    @Nullable URI indexUrl, List<URI> extraIndexUrls, List<String> findLinks, boolean offline) {

  /** What the caller's environment and configuration files say, and nothing else. */
  public static final IndexOptions DEFAULT = new IndexOptions(null, List.of(), List.of(), false);

  private static final Set<String> SCHEMES = Set.of("http", "https", "file");

  /**
   * @throws IllegalArgumentException if a URL is not an absolute one of http, https or file, or a
   *     directory is not an absolute path
   */
  public IndexOptions {
    extraIndexUrls = List.copyOf(extraIndexUrls);
    findLinks = List.copyOf(findLinks);
    if (indexUrl != null) {
      requireUrl(indexUrl);
    }
    extraIndexUrls.forEach(IndexOptions::requireUrl);
    findLinks.forEach(IndexOptions::requirePlace);
  }

  private static void requireUrl(URI url) {
    String scheme = url.getScheme();
    if (scheme == null || !SCHEMES.contains(scheme.toLowerCase(Locale.ROOT)) || url.isOpaque()) {
      throw new IllegalArgumentException(
          "the index URL must begin with http://, https:// or file://, got: "
              + withoutUser(url.toString()));
    }
  }

  private static void requirePlace(String place) {
    // An installer reads these out of a file: a line end would begin an option of its own.
    boolean plain = place.chars().noneMatch(Character::isISOControl);
    try {
      if (plain && isUrl(place)) {
        requireUrl(new URI(place));
        return;
      }
      if (plain && Path.of(place).isAbsolute()) {
        return;
      }
    } catch (URISyntaxException e) {
      // Not the exception, which has the text: it may hold a password.
      throw new IllegalArgumentException("find-links is no URL: " + e.getReason());
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("find-links is malformed: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "find-links must be an absolute path or a URL: " + withoutUser(place));
  }

  private static boolean isUrl(String place) {
    return place.matches("[A-Za-z][A-Za-z0-9+.-]+:.*");
  }

  /** The directories among {@code findLinks}. */
  public List<Path> directories() {
    return findLinks.stream().filter(place -> !isUrl(place)).map(Path::of).toList();
  }

  private static String withoutUser(String url) {
    return url.replaceFirst("(//)[^/?#]*@", "$1");
  }

  /** Without credentials. */
  @Override
  public String toString() {
    return "IndexOptions[indexUrl="
        + (indexUrl == null ? "configured" : withoutUser(indexUrl.toString()))
        + ", extraIndexUrls="
        + extraIndexUrls.stream().map(URI::toString).map(IndexOptions::withoutUser).toList()
        + ", findLinks="
        + findLinks.stream().map(IndexOptions::withoutUser).toList()
        + ", offline="
        + offline
        + "]";
  }
}
