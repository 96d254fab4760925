package dev.hookd.frontend.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * Follows the symbolic links of an archive on paper, as the kernel would once all of them exist,
 * and says whether one leaves the top directory on the way: also through another link, and also
 * where its end does not exist.
 */
final class LinkCheck {

  /** The kernel's own limit; a chain that is longer fails to open, and so leads nowhere. */
  private static final int MAX_HOPS = 40;

  private final Map<String, String> targets;

  /**
   * @param targets the link's path in the archive -> its target, relative
   */
  LinkCheck(Map<String, String> targets) {
    this.targets = targets;
  }

  /** Whether the link at this path leads out of the first component of the path. */
  boolean escapes(EntryName link) {
    List<String> at = new ArrayList<>(link.components());
    Deque<String> ahead = new ArrayDeque<>();
    ahead.addLast(at.remove(at.size() - 1));
    int hops = 0;
    while (!ahead.isEmpty()) {
      String component = ahead.removeFirst();
      if (component.isEmpty() || component.equals(".")) {
        continue;
      }
      if (component.equals("..")) {
        if (at.size() <= 1) {
          return true;
        }
        at.remove(at.size() - 1);
        continue;
      }
      at.add(component);
      String target = targets.get(String.join("/", at));
      if (target != null) {
        if (++hops > MAX_HOPS) {
          return false;
        }
        at.remove(at.size() - 1);
        List<String> parts = Arrays.asList(target.split("/", -1));
        for (int i = parts.size() - 1; i >= 0; i--) {
          ahead.addFirst(parts.get(i));
        }
      }
    }
    return false;
  }
}
