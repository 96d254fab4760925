package dev.hookd.frontend.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A netrc file: logins and passwords by host. Read as Python's {@code netrc} module reads it, since
 * that is what pip's users have tried theirs with: tokens may be in double quotes, a backslash
 * takes the next character as it is.
 */
final class Netrc {

  private static final long MAX_BYTES = 1 << 20;

  static final Netrc EMPTY = new Netrc(Map.of(), null);

  record Login(String user, String password) {
    @Override
    public String toString() {
      return "Login[***]";
    }
  }

  private final Map<String, Login> machines;
  private final @Nullable Login fallback;

  private Netrc(Map<String, Login> machines, @Nullable Login fallback) {
    this.machines = machines;
    this.fallback = fallback;
  }

  /**
   * @throws IOException when it cannot be read or is malformed; the message has no secret
   */
  static Netrc read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("it has more than 1 MiB");
    }
    return parse(Files.readString(file));
  }

  /** The entry of this host, without the one for all others. */
  Optional<Login> machine(String host) {
    return Optional.ofNullable(machines.get(host.toLowerCase(Locale.ROOT)));
  }

  /** The entry {@code default}. */
  Optional<Login> fallback() {
    return Optional.ofNullable(fallback);
  }

  static Netrc parse(String text) throws IOException {
    List<String> tokens = tokens(text);
    Map<String, Login> machines = new HashMap<>();
    Login fallback = null;
    int i = 0;
    while (i < tokens.size()) {
      String keyword = tokens.get(i++);
      String host = null;
      if (keyword.equals("machine")) {
        host = value(tokens, i++);
      } else if (!keyword.equals("default")) {
        throw new IOException("entry " + (machines.size() + 1) + " begins with no known keyword");
      }
      String user = "";
      String password = "";
      while (i < tokens.size() && !List.of("machine", "default").contains(tokens.get(i))) {
        String key = tokens.get(i++);
        String value = value(tokens, i++);
        switch (key) {
          case "login", "user" -> user = value;
          case "password" -> password = value;
          case "account" -> {}
          default ->
              throw new IOException("entry " + (machines.size() + 1) + " has an unknown keyword");
        }
      }
      Login login = new Login(user, password);
      if (host == null) {
        fallback = login;
      } else {
        machines.putIfAbsent(host.toLowerCase(Locale.ROOT), login);
      }
    }
    return new Netrc(Map.copyOf(machines), fallback);
  }

  private static String value(List<String> tokens, int at) throws IOException {
    if (at >= tokens.size()) {
      throw new IOException("it ends within an entry");
    }
    return tokens.get(at);
  }

  /** Without comments (a token that begins with a hash, to the end of its line) and macros. */
  private static List<String> tokens(String text) throws IOException {
    List<String> tokens = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c)) {
        i++;
      } else if (c == '#' && !followsPassword(tokens)) {
        i = endOf(text, "\n", i);
      } else {
        StringBuilder token = new StringBuilder();
        i = token(text, i, token);
        if (token.toString().equals("macdef")) {
          i = endOf(text, "\n\n", i); // a macro ends with an empty line
        } else {
          tokens.add(token.toString());
        }
      }
    }
    return tokens;
  }

  /** Passwords may begin with a hash. */
  private static boolean followsPassword(List<String> tokens) {
    return !tokens.isEmpty() && tokens.get(tokens.size() - 1).equals("password");
  }

  private static int endOf(String text, String mark, int from) {
    int found = text.indexOf(mark, from);
    return found < 0 ? text.length() : found + mark.length();
  }

  private static int token(String text, int from, StringBuilder token) throws IOException {
    boolean quoted = text.charAt(from) == '"';
    int i = quoted ? from + 1 : from;
    while (i < text.length()) {
      char c = text.charAt(i++);
      if (quoted ? c == '"' : Character.isWhitespace(c)) {
        return i;
      }
      if (c == '\\' && i < text.length()) {
        c = text.charAt(i++);
      }
      token.append(c);
    }
    if (quoted) {
      throw new IOException("a quotation mark is not closed");
    }
    return i;
  }
}
