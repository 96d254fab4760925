package dev.hookd.frontend.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follows the symbolic links of an archive on paper, as the kernel would once all of them exist,
 * and says whether one leaves the top directory on the way: also through another link, and also
 * where its end does not exist.
 */
final class LinkCheck {

  /** The kernel's own limit; a chain that is longer fails to open, and so leads nowhere. */
  private static final int MAX_HOPS = 40;

  /**
   * @param out whether it leaves the top directory
   * @param end the path that it comes to, which need not exist; null where it comes to none
   */
  private record Way(boolean out, @Nullable String end) {
    static final Way OUT = new Way(true, null);
    static final Way NOWHERE = new Way(false, null);
  }

  private final Map<String, String> targets;
  private final Predicate<String> isDirectory;

  /**
   * @param targets the link's path in the archive -> its target, relative
   * @param isDirectory whether the archive has a directory, not a link to one, at a path
   */
  LinkCheck(Map<String, String> targets, Predicate<String> isDirectory) {
    this.targets = targets;
    this.isDirectory = isDirectory;
  }

  /** Whether the link at this path leads out of the first component of the path. */
  boolean escapes(EntryName link) {
    return follow(link).out;
  }

  /** The path that opening this one comes to, which need not exist; null where it comes to none. */
  @Nullable String end(EntryName name) {
    return follow(name).end;
  }

  private Way follow(EntryName name) {
    List<String> at = new ArrayList<>(name.components());
    Deque<String> ahead = new ArrayDeque<>();
    ahead.addLast(at.remove(at.size() - 1));
    int hops = 0;
    boolean missing = false;
    while (!ahead.isEmpty()) {
      missing |= !isDirectory.test(String.join("/", at));
      String component = ahead.removeFirst();
      if (component.isEmpty() || component.equals(".")) {
        continue;
      }
      if (component.equals("..")) {
        if (at.size() <= 1) {
          return Way.OUT;
        }
        at.remove(at.size() - 1);
        continue;
      }
      at.add(component);
      String target = targets.get(String.join("/", at));
      if (target != null) {
        if (++hops > MAX_HOPS) {
          return Way.NOWHERE;
        }
        at.remove(at.size() - 1);
        List<String> parts = Arrays.asList(target.split("/", -1));
        for (int i = parts.size() - 1; i >= 0; i--) {
          ahead.addFirst(parts.get(i));
        }
      }
    }
    return missing ? Way.NOWHERE : new Way(false, String.join("/", at));
  }
}
