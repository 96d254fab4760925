package dev.hookd.frontend.index;

import dev.hookd.frontend.index.BodySink.BodyTooLargeException;
import dev.hookd.frontend.index.BodySink.LocalFileException;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connects one answer with its sink, and knows when its last byte came. After {@link #abandon} no
 * sink is opened and none sees another byte: whoever stopped waiting has the file to himself.
 */
final class BodyReceiver implements BodyHandler<Void> {

  static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final Fetch.Receiver receiver;
  private volatile long lastSign = System.nanoTime();
  private @Nullable SinkSubscriber subscriber;
  private boolean abandoned;

  BodyReceiver(Fetch.Receiver receiver) {
    this.receiver = receiver;
  }

  @Override
  public synchronized BodySubscriber<Void> apply(ResponseInfo info) {
    sign();
    SinkSubscriber body;
    if (abandoned) {
      body = SinkSubscriber.failed(new IOException("nobody waits for it any longer"));
    } else {
      try {
        body = new SinkSubscriber(sink(info), this::sign);
      } catch (LocalFileException | BodyTooLargeException e) {
        body = SinkSubscriber.failed(e);
      }
    }
    subscriber = body;
    return body;
  }

  private @Nullable BodySink sink(ResponseInfo info)
      throws LocalFileException, BodyTooLargeException {
    boolean redirect =
        REDIRECTS.contains(info.statusCode()) && info.headers().firstValue("Location").isPresent();
    return redirect ? null : receiver.open(info.statusCode(), info.headers());
  }

  private void sign() {
    lastSign = System.nanoTime();
  }

  /** When something of the answer came last, or the request began; {@link System#nanoTime}. */
  long lastSign() {
    return lastSign;
  }

  /** What the sink failed with. */
  synchronized @Nullable IOException failure() {
    return subscriber == null ? null : subscriber.failure();
  }

  synchronized void abandon() {
    abandoned = true;
    if (subscriber != null) {
      subscriber.abandon();
    }
  }
}
