package dev.hookd.frontend.index;

import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a project's page in the form that its content type names. Immutable. */
final class PageReader {

  /** What is asked for (PEP 691, "Version + Format Selection"). */
  static final String ACCEPT =
      "application/vnd.pypi.simple.v1+json,"
          + " application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";

  private static final Pattern SIMPLE =
      Pattern.compile("application/vnd\\.pypi\\.simple\\.(v\\d+|latest)\\+(json|html)");
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset\\s*=\\s*\"?([A-Za-z0-9._:-]+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern API_VERSION = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{32,128}");

  /** The page cannot be used; the message says why and follows the URL. */
  static final class MalformedPageException extends IOException {
    MalformedPageException(String message) {
      super(message);
    }

    MalformedPageException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * What a reader needs to know besides the bytes.
   *
   * @param project whose files count
   * @param base what its links are relative to: the URL that the page came from
   * @param index for people
   * @param warnings take whole sentences
   */
  record Context(String project, URI base, String index, Consumer<String> warnings) {}

  private PageReader() {}

  static ProjectPage read(byte[] content, String contentType, Context context)
      throws MalformedPageException {
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    Matcher simple = SIMPLE.matcher(type);
    if (simple.matches() && simple.group(1).equals("v1")) {
      return simple.group(2).equals("json")
          ? JsonPage.read(content, context)
          : HtmlPage.read(content, charset(contentType), context);
    }
    if (type.equals("text/html")) {
      return HtmlPage.read(content, charset(contentType), context);
    }
    throw new MalformedPageException(
        simple.matches()
            ? "speaks version " + simple.group(1) + " of the Simple API, and only v1 is known"
            : "is no page of the Simple API: its content type is '" + type + "'");
  }

  private static Optional<String> charset(String contentType) {
    Matcher charset = CHARSET.matcher(contentType);
    return charset.find() ? Optional.of(charset.group(1)) : Optional.empty();
  }

  /** PEP 629: another major version means something else; a newer minor one has additions. */
  static void checkApiVersion(String version, Context context) throws MalformedPageException {
    Matcher parts = API_VERSION.matcher(version);
    if (!parts.matches()) {
      throw new MalformedPageException(
          "has '" + version + "' where the version of the Simple API belongs");
    }
    if (Integer.parseInt(parts.group(1)) != 1) {
      throw new MalformedPageException(
          "speaks version " + version + " of the Simple API, and only 1 is known");
    }
    if (Integer.parseInt(parts.group(2)) > JsonPage.KNOWN_MINOR) {
      context
          .warnings()
          .accept(
              context.index()
                  + " speaks version "
                  + version
                  + " of the Simple API; what is new since 1."
                  + JsonPage.KNOWN_MINOR
                  + " is not understood");
    }
  }

  /** Adds a hash if it looks like one; a page may hold anything. */
  static void addHash(Map<String, String> hashes, String algorithm, String value) {
    String hex = value.strip().toLowerCase(Locale.ROOT);
    if (HASH.matcher(hex).matches()) {
      hashes.put(algorithm.strip().toLowerCase(Locale.ROOT), hex);
    }
  }

  /** The hashes in {@code sha256=...}, which may be one of several parts of a URL's fragment. */
  static Map<String, String> hashesIn(String fragment) {
    TreeMap<String, String> hashes = new TreeMap<>();
    for (String part : fragment.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0 && Hashes.isKnown(part.substring(0, equals))) {
        addHash(hashes, part.substring(0, equals), part.substring(equals + 1));
      }
    }
    return hashes;
  }

  /** A link of a page; only HTTP URLs count, since a page must not name files of this machine. */
  static Optional<URI> link(URI base, String href) {
    return Urls.resolve(base, href).filter(Urls::isHttp);
  }

  static URI withoutFragment(URI uri) {
    if (uri.getRawFragment() == null) {
      return uri;
    }
    String text = uri.toString();
    return URI.create(text.substring(0, text.indexOf('#')));
  }
}
