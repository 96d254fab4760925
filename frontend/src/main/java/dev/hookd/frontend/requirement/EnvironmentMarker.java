package dev.hookd.frontend.requirement;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A condition on the environment, read by the grammar of PEP 508. The older names that tools still
 * understand and rewrite ({@code os.name}) are not in it. Whether the condition holds, an installer
 * decides.
 *
 * @param variables the names that it compares
 * @param strings the texts that it compares, without their quotes
 */
public record EnvironmentMarker(Set<String> variables, Set<String> strings) {

  private static final Set<String> VARIABLES =
      Set.of(
          "python_version",
          "python_full_version",
          "os_name",
          "sys_platform",
          "platform_release",
          "platform_system",
          "platform_version",
          "platform_machine",
          "platform_python_implementation",
          "implementation_name",
          "implementation_version",
          "extra");

  private static final Set<String> OPERATORS =
      Set.of("===", "==", "~=", "!=", "<=", ">=", "<", ">", "in", "not in");

  /** A text is of printable ASCII, and no character in it is escaped. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "[ \\t]*(?:(?<not>not[ \\t]+in\\b)|(?<other>[A-Za-z_]+|'[\\t -~&&[^'\\\\]]*'"
              + "|\"[\\t -~&&[^\"\\\\]]*\"|===|==|~=|!=|<=|>=|<|>|[()]))");

  private static final Pattern END = Pattern.compile("[ \\t]*");

  public EnvironmentMarker {
    variables = Set.copyOf(variables);
    strings = Set.copyOf(strings);
  }

  /** Empty when it is malformed. */
  public static Optional<EnvironmentMarker> tryParse(String text) {
    Deque<String> tokens = new ArrayDeque<>();
    Matcher matcher = TOKEN.matcher(text);
    int end = 0;
    while (matcher.region(end, text.length()).lookingAt()) {
      tokens.add(matcher.group("not") != null ? "not in" : matcher.group("other"));
      end = matcher.end();
    }
    Reader reader = new Reader(tokens);
    return matcher.usePattern(END).matches() && reader.isMarker()
        ? Optional.of(new EnvironmentMarker(reader.variables, reader.strings))
        : Optional.empty();
  }

  /** Without recursion: whoever writes a marker decides how deep it is. */
  private static final class Reader {
    final Set<String> variables = new LinkedHashSet<>();
    final Set<String> strings = new LinkedHashSet<>();
    private final Deque<String> tokens;

    Reader(Deque<String> tokens) {
      this.tokens = tokens;
    }

    boolean isMarker() {
      int depth = 0;
      do {
        while (skip("(")) {
          depth++;
        }
        if (!isValue(tokens.poll()) || !isOperator(tokens.poll()) || !isValue(tokens.poll())) {
          return false;
        }
        while (skip(")")) {
          depth--;
          if (depth < 0) {
            return false;
          }
        }
      } while (skip("and") || skip("or"));
      return depth == 0 && tokens.isEmpty();
    }

    private boolean skip(String token) {
      if (token.equals(tokens.peek())) {
        tokens.remove();
        return true;
      }
      return false;
    }

    private static boolean isOperator(@Nullable String token) {
      return token != null && OPERATORS.contains(token);
    }

    private boolean isValue(@Nullable String token) {
      if (token == null) {
        return false;
      }
      if (token.startsWith("'") || token.startsWith("\"")) {
        strings.add(token.substring(1, token.length() - 1));
        return true;
      }
      variables.add(token);
      return VARIABLES.contains(token);
    }
  }
}
