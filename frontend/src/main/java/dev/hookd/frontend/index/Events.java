package dev.hookd.frontend.index;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls listeners, whose faults are none of the work's. */
final class Events {

  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  private Events() {}

  static void send(IndexListener listener, Consumer<IndexListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException e) {
      LOG.warn("an index listener failed", e);
    }
  }

  static void warn(IndexListener listener, String message) {
    LOG.warn("{}", message);
    send(listener, to -> to.warning(message));
  }
}
