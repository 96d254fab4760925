package dev.hookd.frontend.index;

import dev.hookd.frontend.index.Urls.Origin;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who may know which password. In this order:
 *
 * <ol>
 *   <li>user information in the URL itself;
 *   <li>that of a configured index of the same scheme, host and port; of several the one whose path
 *       is nearest;
 *   <li>the host's entry in the netrc file, over TLS or where the URL's origin is a configured
 *       index's: a page must not make us send a password in the clear;
 *   <li>the netrc file's {@code default}, for configured indexes alone, since a page can name any
 *       host.
 * </ol>
 */
final class Credentials {

  private final List<URI> indexes;
  private final Set<Origin> origins;
  private final Netrc netrc;

  Credentials(List<URI> indexes, Netrc netrc) {
    this.indexes = List.copyOf(indexes);
    this.origins = indexes.stream().map(Urls::origin).collect(Collectors.toUnmodifiableSet());
    this.netrc = netrc;
  }

  /** The value of the header {@code Authorization}. */
  Optional<String> authorization(URI uri) {
    if (uri.getRawUserInfo() != null) {
      return Optional.of(basic(uri.getRawUserInfo()));
    }
    Origin origin = Urls.origin(uri);
    URI nearest = null;
    for (URI index : indexes) {
      if (index.getRawUserInfo() != null
          && Urls.origin(index).equals(origin)
          && (nearest == null || sharedPath(index, uri) > sharedPath(nearest, uri))) {
        nearest = index;
      }
    }
    if (nearest != null) {
      return Optional.of(basic(nearest.getRawUserInfo()));
    }
    boolean configured = origins.contains(origin);
    Optional<Netrc.Login> login =
        configured || origin.scheme().equals("https")
            ? netrc.machine(origin.host())
            : Optional.empty();
    if (login.isEmpty() && configured) {
      login = netrc.fallback();
    }
    return login.map(found -> basic(found.user(), found.password()));
  }

  /** How many leading parts of the two paths are equal. */
  private static int sharedPath(URI a, URI b) {
    String[] left = a.getRawPath().split("/", -1);
    String[] right = b.getRawPath().split("/", -1);
    int shared = 0;
    while (shared < left.length && shared < right.length && left[shared].equals(right[shared])) {
      shared++;
    }
    return shared;
  }

  /** RFC 7617, from the {@code user:password} of a URL; a token alone has no password. */
  static String basic(@Nullable String rawUserInfo) {
    String info = rawUserInfo == null ? "" : rawUserInfo;
    int colon = info.indexOf(':');
    return colon < 0
        ? basic(Urls.unescape(info), "")
        : basic(Urls.unescape(info.substring(0, colon)), Urls.unescape(info.substring(colon + 1)));
  }

  private static String basic(String user, String password) {
    byte[] bytes = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }
}
