package dev.hookd.cli;

import dev.hookd.client.HookOutputListener;
import dev.hookd.client.HookStream;
import dev.hookd.protocol.Hook;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows what hooks write on standard error, while they run: whole lines, those of several hooks at
 * once each under the name of its hook. Control characters are shown and not sent: the output must
 * not drive a terminal. Thread-safe.
 */
final class HookOutputText {

  /** A line that is longer is shown in parts. */
  private static final int LINE_CHARACTERS = 8 << 10;

  private final Console console;
  private @Nullable Follower lastShown;

  HookOutputText(Console console) {
    this.console = console;
  }

  HookOutputListener of(Path sourceTree, Hook hook) {
    Follower follower =
        new Follower(hook.wireName() + " in " + Text.printable(sourceTree.toString()));
    show(follower, "");
    return follower;
  }

  private synchronized void show(Follower follower, String lines) {
    if (lastShown != follower) {
      lastShown = follower;
      console.message(console.messageStyle().dim(follower.title));
    }
    console.hookOutput(Text.printable(lines.replace("\r\n", "\n")));
  }

  private final class Follower implements HookOutputListener {

    private final String title;
    private final Map<HookStream, StringBuilder> begun = new EnumMap<>(HookStream.class);

    private Follower(String title) {
      this.title = title;
    }

    @Override
    public void output(HookStream stream, String text) {
      StringBuilder line = begun.computeIfAbsent(stream, s -> new StringBuilder());
      line.append(text);
      int end = line.lastIndexOf("\n") + 1;
      if (end == 0 && line.length() > LINE_CHARACTERS) {
        end = line.length();
      }
      if (end > 0) {
        show(this, line.substring(0, end));
        line.delete(0, end);
      }
    }

    @Override
    public void restarted() {
      ended();
      show(this, "");
      console.message(console.messageStyle().dim("its daemon died; it runs once more"));
    }

    @Override
    public void ended() {
      for (StringBuilder line : begun.values()) {
        if (!line.isEmpty()) {
          show(this, line.toString());
          line.setLength(0);
        }
      }
    }
  }
}
