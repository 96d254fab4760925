package dev.hookd.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Where the library's log goes: to standard error, warnings and worse; with {@code --verbose} all
 * of hookd's own. Logging belongs to the process, so this state does too; logback itself is not
 * touched before something is logged, which is what keeps a quiet command fast.
 */
final class Logging {

  private static volatile @Nullable Session session;
  private static volatile boolean debugShown;

  private Logging() {}

  static void begin(Session current) {
    session = current;
  }

  static void end() {
    session = null;
    if (debugShown) {
      logger("dev.hookd").setLevel(null);
      logger("dev.hookd.pool").setLevel(Level.ERROR);
      debugShown = false;
    }
  }

  static void showDebug() {
    debugShown = true;
    logger("dev.hookd").setLevel(Level.DEBUG);
    logger("dev.hookd.pool").setLevel(null);
  }

  /** The session that the log is shown in; {@code null} outside of one. */
  static @Nullable Session session() {
    return session;
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }
}
