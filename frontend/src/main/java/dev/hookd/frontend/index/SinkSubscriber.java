package dev.hookd.frontend.index;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Hands an answer's bytes to a sink. After {@link #abandon} the sink sees no more of them, so that
 * whoever gave up waiting may use the file again.
 */
final class SinkSubscriber implements BodySubscriber<Void> {

  /** To read the short rest of a redirect's answer keeps its connection usable. */
  private static final long IGNORED_BYTES = 64 << 10;

  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final @Nullable BodySink sink;
  private final Runnable progress;
  private @Nullable Subscription subscription;
  private @Nullable IOException failure;
  private boolean abandoned;
  private long ignored;

  /**
   * @param sink where bytes go; without one they are ignored, and not read on if they are many
   * @param progress called for all that comes
   */
  SinkSubscriber(@Nullable BodySink sink, Runnable progress) {
    this.sink = sink;
    this.progress = progress;
  }

  /** Takes nothing: there is no place for the body. */
  static SinkSubscriber failed(IOException why) {
    SinkSubscriber subscriber = new SinkSubscriber(null, () -> {});
    subscriber.failure = why;
    subscriber.done.completeExceptionally(why);
    return subscriber;
  }

  @Override
  public CompletionStage<Void> getBody() {
    return done;
  }

  /** What the sink failed with. */
  synchronized @Nullable IOException failure() {
    return failure;
  }

  synchronized void abandon() {
    abandoned = true;
    if (subscription != null && !done.isDone()) {
      subscription.cancel();
    }
  }

  @Override
  public synchronized void onSubscribe(Subscription value) {
    subscription = value;
    if (abandoned || failure != null) {
      value.cancel();
      done.complete(null);
    } else {
      value.request(Long.MAX_VALUE);
    }
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> buffers) {
    if (abandoned || failure != null || done.isDone()) {
      return;
    }
    progress.run();
    if (sink == null) {
      ignored += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
      if (ignored > IGNORED_BYTES && subscription != null) {
        subscription.cancel();
        done.complete(null);
      }
      return;
    }
    try {
      for (ByteBuffer buffer : buffers) {
        sink.accept(buffer);
      }
    } catch (IOException e) {
      failure = e;
      if (subscription != null) {
        subscription.cancel();
      }
      done.completeExceptionally(e);
    }
  }

  @Override
  public void onError(Throwable error) {
    done.completeExceptionally(error);
  }

  @Override
  public void onComplete() {
    done.complete(null);
  }
}
