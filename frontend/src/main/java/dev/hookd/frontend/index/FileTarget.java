package dev.hookd.frontend.index;

import dev.hookd.frontend.index.BodySink.BodyTooLargeException;
import dev.hookd.frontend.index.BodySink.LocalFileException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being downloaded: its bytes so far, their hashes, and what the server calls this
 * state of the file (its validator), so that any later attempt, of this process or another, can ask
 * for the rest of it and for nothing else. Guarded by the lock of the download.
 *
 * <p>Another process's beginning is taken only where a hash will tell whether it was good: after a
 * crash of the machine the file may have holes.
 */
final class FileTarget implements AutoCloseable {

  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/.*");
  private static final String STATE = "hookd partial download 1";

  private final Path part;
  private final Path state;
  private final String url;
  private final long limit;
  private final boolean durable;
  private final FileChannel channel;
  private final Map<String, MessageDigest> digests = new TreeMap<>();
  private String validator = "";
  private long length;
  private long inherited;

  /** What the server sent is not the part that was asked for. */
  private boolean unusable;

  private FileTarget(
      Path part, String url, long limit, Optional<Hashes.Expected> expected, FileChannel channel) {
    this.part = part;
    this.state = part.resolveSibling(part.getFileName() + ".state");
    this.url = url;
    this.limit = limit;
    this.durable = expected.isPresent();
    this.channel = channel;
    digests.put("sha256", Hashes.digest("sha256"));
    expected.ifPresent(hash -> digests.put(hash.algorithm(), Hashes.digest(hash.algorithm())));
  }

  /**
   * @param expected what the file must be; empty where nobody knows
   */
  static FileTarget open(Path part, URI uri, long limit, Optional<Hashes.Expected> expected)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      String url =
          Hashes.hex(
              Hashes.digest("sha256").digest(uri.toString().getBytes(StandardCharsets.UTF_8)));
      FileTarget target = new FileTarget(part, url, limit, expected, channel);
      target.inherit();
      return target;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void inherit() throws IOException {
    String saved = durable ? savedValidator() : "";
    if (saved.isEmpty() || channel.size() > limit) {
      restart();
      return;
    }
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    while (channel.read(buffer) >= 0) {
      update(buffer.flip());
      buffer.clear();
    }
    validator = saved;
    inherited = length;
  }

  private String savedValidator() throws IOException {
    try {
      List<String> lines = Files.readString(state, StandardCharsets.ISO_8859_1).lines().toList();
      boolean ours = lines.size() == 3 && lines.get(0).equals(STATE) && lines.get(1).equals(url);
      return ours ? lines.get(2) : "";
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** Forgets all that came. */
  void restart() throws IOException {
    Files.deleteIfExists(state);
    channel.truncate(0);
    channel.position(0);
    digests.values().forEach(MessageDigest::reset);
    validator = "";
    length = 0;
    inherited = 0;
    unusable = false;
  }

  /** Headers that ask for what is missing; of all of it where that cannot be told. */
  Map<String, String> headers() throws IOException {
    if (length > 0 && validator.isEmpty()) {
      restart();
    }
    return length == 0 ? Map.of() : Map.of("Range", "bytes=" + length + "-", "If-Range", validator);
  }

  /** A {@link Fetch.Receiver}. */
  @Nullable BodySink receive(int status, HttpHeaders headers)
      throws LocalFileException, BodyTooLargeException {
    try {
      if (status == 200) {
        restart(); // the server ignores ranges, or has another file by now
        remember(headers);
      } else if (status == 206) {
        unusable = !continues(headers);
      } else {
        return null;
      }
    } catch (IOException e) {
      throw new LocalFileException(e);
    }
    if (unusable) {
      return null;
    }
    if (headers.firstValueAsLong("Content-Length").orElse(0) > limit - length) {
      throw new BodyTooLargeException(limit);
    }
    return this::write;
  }

  private boolean continues(HttpHeaders headers) {
    Matcher range = CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
    return range.matches() && Long.parseLong(range.group(1)) == length;
  }

  private void remember(HttpHeaders headers) throws IOException {
    String etag = headers.firstValue("ETag").orElse("").strip();
    // A weak one says "means the same", not "has the same bytes".
    validator =
        etag.isEmpty() || etag.startsWith("W/")
            ? headers.firstValue("Last-Modified").orElse("").strip()
            : etag;
    if (durable && !validator.isEmpty()) {
      // Torn by a crash, it does not count or does not fit, and the hash has the last word.
      Files.writeString(
          state, String.join("\n", STATE, url, validator) + "\n", StandardCharsets.ISO_8859_1);
    }
  }

  private void write(ByteBuffer bytes) throws LocalFileException, BodyTooLargeException {
    if (bytes.remaining() > limit - length) {
      throw new BodyTooLargeException(limit);
    }
    ByteBuffer hashed = bytes.duplicate();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new LocalFileException(e);
    }
    update(hashed);
  }

  private void update(ByteBuffer bytes) {
    length += bytes.remaining();
    digests.values().forEach(digest -> digest.update(bytes.duplicate()));
  }

  /** Whether the last answer was a part that does not fit what is there. */
  boolean unusable() {
    return unusable;
  }

  long length() {
    return length;
  }

  /** How many of the bytes came from an attempt before this object. */
  long inherited() {
    return inherited;
  }

  /** Of all bytes, in hexadecimal, by algorithm; to be asked for once. */
  Map<String, String> hashes() {
    Map<String, String> hashes = new TreeMap<>();
    digests.forEach((algorithm, digest) -> hashes.put(algorithm, Hashes.hex(digest.digest())));
    return hashes;
  }

  /** Puts it in its place, complete as it is; readers see all of it or nothing. */
  void moveTo(Path destination) throws IOException {
    channel.close();
    // Not forced to the disk: whoever uses it later checks its hash.
    Files.move(part, destination, StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(state);
  }

  private void discard() throws IOException {
    Files.deleteIfExists(state);
    Files.deleteIfExists(part);
  }

  /** Leaves a beginning that is worth it for the next attempt. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (validator.isEmpty() || !durable || length == 0) {
      discard();
    }
  }
}
