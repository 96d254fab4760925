package dev.hookd.cli;

import dev.hookd.frontend.system.CacheClearing;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.DiskUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "cache",
    sortOptions = false,
    header = "Say where the cache directory is or how large, or empty it.",
    description = {
      "",
      "dir: its path. size: its bytes. clear: deletes all that is in it, if no hookd uses it and it"
          + " holds nothing but what hookd has made.",
      ""
    },
    footer = {"", "Examples:", "  du -sh $(hookd cache dir)/*", "  hookd cache clear"})
final class CacheCommand implements Callable<Integer> {

  /** What to do. */
  enum Action {
    dir,
    size,
    clear
  }

  @Parameters(index = "0", paramLabel = "dir|size|clear", description = "What to do.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Action action;

  private final Session session;

  CacheCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    CacheDirectory cache = CacheDirectory.of(session.environment());
    switch (action) {
      case dir -> session.console().result(cache.root().toString());
      case size -> {
        try {
          session.console().result(String.valueOf(DiskUse.of(cache.root())));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      case clear -> CacheClearing.clear(cache);
    }
    return ExitStatus.OK;
  }
}
