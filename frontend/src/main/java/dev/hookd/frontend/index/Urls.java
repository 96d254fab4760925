package dev.hookd.frontend.index;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is done with URLs, which come from strangers' pages and may hold credentials. */
final class Urls {

  private static final String LEGAL = "-._~:/?#[]@!$&'()*+,;=";
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1]|\\[0:0:0:0:0:0:0:1]");

  /** Scheme, host and port: what may share credentials. */
  record Origin(String scheme, String host, int port) {}

  private Urls() {}

  static boolean isHttp(URI uri) {
    String scheme = scheme(uri);
    return (scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null;
  }

  static String scheme(URI uri) {
    return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
  }

  static String host(URI uri) {
    return uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
  }

  static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : scheme(uri).equals("https") ? 443 : 80;
  }

  static Origin origin(URI uri) {
    return new Origin(scheme(uri), host(uri), port(uri));
  }

  /** Nobody else can listen to what is sent there. */
  static boolean isLoopback(URI uri) {
    return LOOPBACK.matcher(host(uri)).matches();
  }

  /** For people and logs: queries of signed URLs are credentials as well. */
  static String shown(URI uri) {
    if (uri.isOpaque() || uri.getRawAuthority() == null) {
      String path = uri.getRawPath();
      return uri.getScheme() + ":" + (path == null ? "..." : path);
    }
    return uri.getScheme() + "://" + bareAuthority(uri) + uri.getRawPath();
  }

  /** Without user information and fragment: what is sent, and what a page is known by. */
  static URI bare(URI uri) {
    if (uri.getRawUserInfo() == null && uri.getRawFragment() == null) {
      return uri;
    }
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return URI.create(uri.getScheme() + "://" + bareAuthority(uri) + uri.getRawPath() + query);
  }

  /** With the user information of another one, where this has none itself. */
  static URI withUserOf(URI other, URI uri) {
    if (other.getRawUserInfo() == null || uri.getRawUserInfo() != null) {
      return uri;
    }
    String rest = uri.toString().substring(uri.getScheme().length() + "://".length());
    return URI.create(uri.getScheme() + "://" + other.getRawUserInfo() + "@" + rest);
  }

  private static String bareAuthority(URI uri) {
    String authority = uri.getRawAuthority();
    return authority.substring(authority.lastIndexOf('@') + 1);
  }

  /** The address of a page below an index's URL, with the slash that PEP 503 asks for. */
  static URI below(URI index, String name) {
    String path = index.getRawPath();
    String base = index.getScheme() + "://" + index.getRawAuthority() + path;
    return URI.create(base + (path.endsWith("/") ? "" : "/") + name + "/");
  }

  /**
   * A link as pages have them: spaces, umlauts and brackets are escaped rather than refused, as
   * browsers do.
   *
   * @return empty when it is no URL even so
   */
  static Optional<URI> resolve(@Nullable URI base, String link) {
    try {
      URI uri = new URI(escape(link.strip()));
      return Optional.of(base == null ? uri : base.resolve(uri));
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String escape(String link) {
    StringBuilder escaped = new StringBuilder();
    // Brackets are part of a numeric host only; anywhere else they must be escaped.
    int authorityEnd = authorityEnd(link);
    byte[] bytes = link.getBytes(StandardCharsets.UTF_8);
    String ascii = new String(bytes, StandardCharsets.ISO_8859_1);
    for (int i = 0; i < ascii.length(); i++) {
      char c = ascii.charAt(i);
      boolean alphanumeric = c < 128 && Character.isLetterOrDigit(c);
      boolean bracket = c == '[' || c == ']';
      boolean legal =
          alphanumeric
              || (LEGAL.indexOf(c) >= 0 && (!bracket || i < authorityEnd))
              || (c == '%' && isHex(ascii, i + 1) && isHex(ascii, i + 2));
      if (legal) {
        escaped.append(c);
      } else {
        escaped.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
      }
    }
    return escaped.toString();
  }

  private static int authorityEnd(String link) {
    int start = link.indexOf("//");
    if (start < 0) {
      return 0;
    }
    int end = start + 2;
    while (end < link.length() && "/?#".indexOf(link.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  private static boolean isHex(String text, int at) {
    return at < text.length() && Character.digit(text.charAt(at), 16) >= 0;
  }

  /** The last part of the path, unescaped; empty where there is none. */
  static String fileName(URI uri) {
    String path = uri.getPath();
    return path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
  }

  /** Percent-escapes undone, and nothing else: a plus sign stays one. */
  static String unescape(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '%' && i + 2 < in.length) {
        int high = Character.digit(in[i + 1], 16);
        int low = Character.digit(in[i + 2], 16);
        if (high >= 0 && low >= 0) {
          out[length++] = (byte) (high * 16 + low);
          i += 2;
          continue;
        }
      }
      out[length++] = in[i];
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }
}
