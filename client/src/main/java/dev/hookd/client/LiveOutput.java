package dev.hookd.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the files that a hook's output goes to, and tells a listener what comes.
 *
 * <p>The daemon's reader thread opens the files when they are announced; the thread that waits for
 * the call reads them, by {@link #poll()} every {@value #INTERVAL_MILLIS} ms or so, and by {@link
 * #finish()} when the call has ended. An opened file can be read to its end although it is deleted
 * by then. Memory is bounded by two small buffers, whatever the hook writes.
 */
public final class LiveOutput {

  /** How long to wait between two calls of {@link #poll()}. */
  public static final int INTERVAL_MILLIS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(LiveOutput.class);
  private static final int CHUNK_BYTES = 16 << 10;

  private final HookOutputListener listener;

  /** Opened, and not yet seen by the waiting thread. Guarded by this. */
  private final Deque<Source> announced = new ArrayDeque<>();

  /** Announced in the current run of the hook. Guarded by this. */
  private final Set<HookStream> ofThisRun = EnumSet.noneOf(HookStream.class);

  private int runs = 1;
  private boolean finished;

  /** The waiting thread's. */
  private final List<Source> followed = new ArrayList<>();

  private int toldRuns = 1;
  private boolean mute;

  public LiveOutput(HookOutputListener listener) {
    this.listener = listener;
  }

  /**
   * The daemon's reader thread: the hook is about to write there. A file that is none is left to
   * {@link AnnouncedFiles}, which will say so.
   */
  void announced(HookStream stream, Path file) {
    SeekableByteChannel channel;
    try {
      // A pipe in its place would block; the hook has not begun yet, so nobody else changes it.
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      channel =
          Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException | RuntimeException e) {
      LOG.debug("The output of a hook cannot be followed: {}", file, e);
      return;
    }
    synchronized (this) {
      if (!finished) {
        if (!ofThisRun.add(stream)) {
          ofThisRun.clear();
          ofThisRun.add(stream);
          runs++;
        }
        announced.add(new Source(stream, runs, channel));
        return;
      }
    }
    close(channel);
  }

  /** Tells what has been written since the last time, up to where the files end now. */
  public void poll() {
    for (Source source = next(); source != null; source = next()) {
      if (source.run > toldRuns) {
        toldRuns = source.run;
        endFollowed();
        tell(listener::restarted);
      }
      followed.add(source);
    }
    followed.forEach(source -> read(source, false));
  }

  /** Tells the rest; the hook has ended. Nothing is told after this. */
  public void finish() {
    synchronized (this) {
      if (finished) {
        return;
      }
      finished = true;
    }
    poll();
    endFollowed();
    tell(listener::ended);
  }

  private synchronized @Nullable Source next() {
    return announced.poll();
  }

  private void endFollowed() {
    for (Source source : followed) {
      read(source, true);
      close(source.channel);
    }
    followed.clear();
  }

  private void read(Source source, boolean isEnd) {
    if (mute) {
      return;
    }
    try {
      long size = source.channel.size(); // what comes while this reads is for the next time
      if (size < source.channel.position()) {
        source.channel.position(0); // the hook has emptied the file
        source.bytes.clear();
      }
      while (source.channel.position() < size && !mute) {
        source.bytes.limit(
            (int)
                Math.min(
                    source.bytes.capacity(),
                    source.bytes.position() + size - source.channel.position()));
        if (source.channel.read(source.bytes) <= 0) {
          break;
        }
        decode(source, false);
      }
      if (isEnd) {
        decode(source, true);
      }
    } catch (IOException e) { // an interrupt of this thread closes the file, for example
      LOG.debug("The output of a hook cannot be read on", e);
    }
  }

  private void decode(Source source, boolean isEnd) {
    source.bytes.flip();
    CoderResult result = source.decoder.decode(source.bytes, source.text, isEnd);
    if (isEnd && result.isUnderflow()) {
      source.decoder.flush(source.text);
    }
    source.bytes.compact(); // at most the first bytes of a character are left
    if (source.text.flip().hasRemaining()) {
      String text = source.text.toString();
      tell(() -> listener.output(source.stream, text));
    }
    source.text.clear();
  }

  private void tell(Runnable event) {
    if (!mute) {
      try {
        event.run();
      } catch (RuntimeException e) {
        mute = true;
        LOG.warn("A listener of a hook's output failed, and hears no more", e);
      }
    }
  }

  private static void close(SeekableByteChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("The output of a hook cannot be closed", e);
    }
  }

  private static final class Source {

    private final HookStream stream;
    private final int run;
    private final SeekableByteChannel channel;
    private final ByteBuffer bytes = ByteBuffer.allocate(CHUNK_BYTES);

    /** As many characters as there can be in the bytes, and one for a cut one at the end. */
    private final CharBuffer text = CharBuffer.allocate(CHUNK_BYTES + 1);

    private final CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    private Source(HookStream stream, int run, SeekableByteChannel channel) {
      this.stream = stream;
      this.run = run;
      this.channel = channel;
    }
  }
}
