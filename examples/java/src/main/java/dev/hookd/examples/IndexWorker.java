package dev.hookd.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.client.HookdException;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.Input;
import dev.hookd.frontend.MetadataResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A worker of a package index: writes the core metadata of each sdist of a directory beside it, as
 * PEP 658 does for wheels, and says on standard output what became of each, one JSON object a line.
 *
 * <p>For {@code a-1.tar.gz} it writes {@code a-1.tar.gz.metadata}, and then {@code
 * a-1.tar.gz.metadata.sha256}: the hashes of both files, for {@code sha256sum --check}. An sdist is
 * done when those hashes are true. So the worker may be killed at any moment, run again, run twice
 * at the same time, lose a file in a power failure: what is not whole is made again, and an sdist
 * whose content was replaced is as well. Files appear at once, whole; a killed worker may leave a
 * hidden one that means nothing.
 *
 * <p>It holds no more than a few sdists at a time, however many there are.
 */
public final class IndexWorker {

  /** No hook of an index' sdist may take longer. */
  private static final Duration HOOK_TIMEOUT = Duration.ofMinutes(5);

  private static final String METADATA = ".metadata";
  private static final String HASHES = ".metadata.sha256";

  private final Hookd hookd;
  private final BuildSettings settings;
  private final int inFlight;
  private final PrintStream out;
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private int failed;

  /** What the front end said of one sdist: a result or a failure. */
  private record Answer(
      Path sdist, String sha256, @Nullable MetadataResult result, @Nullable Throwable failure) {}

  IndexWorker(Hookd hookd, BuildSettings settings, int inFlight, PrintStream out) {
    this.hookd = hookd;
    this.settings = settings;
    this.inFlight = inFlight;
    this.out = out;
  }

  /** The exit status is 1 when an sdist has no metadata. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 1) {
      System.err.println("usage: IndexWorker DIRECTORY");
      System.exit(2);
    }
    int processors = Runtime.getRuntime().availableProcessors();
    BuildSettings settings = BuildSettings.builder().timeout(HOOK_TIMEOUT).build();
    int failed;
    try (Hookd hookd = Hookd.builder().parallelism(processors).build()) {
      // Twice as many as are worked on at once: the next ones are at hand when a thread is free.
      failed =
          new IndexWorker(hookd, settings, 2 * processors, System.out).run(Path.of(arguments[0]));
    }
    System.exit(failed == 0 ? 0 : 1);
  }

  /**
   * Works through the directory once.
   *
   * @return how many sdists have no metadata
   * @throws IOException if the directory itself cannot be read
   */
  int run(Path directory) throws IOException, InterruptedException {
    int waiting = 0;
    try (DirectoryStream<Path> sdists = Files.newDirectoryStream(directory, IndexWorker::isSdist)) {
      Iterator<Path> next = sdists.iterator();
      while (next.hasNext() || waiting > 0) {
        if (next.hasNext() && waiting < inFlight) {
          if (begin(next.next())) {
            waiting++;
          }
        } else {
          finish(answers.take());
          waiting--;
        }
      }
    }
    return failed;
  }

  /**
   * Asks for the metadata, unless they are there already.
   *
   * @return whether there will be an answer
   */
  private boolean begin(Path sdist) {
    try {
      String sha256 = sha256(sdist);
      String kept = keptMetadata(sdist, sha256);
      if (kept != null) {
        report(sdist, sha256, node -> node.put("metadata_sha256", kept).put("source", "kept"));
        return false;
      }
      Files.deleteIfExists(beside(sdist, METADATA)); // it is of another content
      var unused =
          hookd
              .metadataAsync(Input.of(sdist), settings)
              .whenComplete((result, e) -> answers.add(new Answer(sdist, sha256, result, e)));
      return true;
    } catch (IOException e) {
      fail(sdist, null, e);
      return false;
    }
  }

  /** The hash of the metadata, if they and their hashes are those of this sdist. */
  private static @Nullable String keptMetadata(Path sdist, String sha256) throws IOException {
    try {
      String hash = sha256(beside(sdist, METADATA));
      byte[] hashes = Files.readAllBytes(beside(sdist, HASHES));
      return Arrays.equals(hashes, hashes(sdist, sha256, hash)) ? hash : null;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private void finish(Answer answer) {
    Path sdist = answer.sdist();
    MetadataResult result = answer.result();
    if (result == null) {
      fail(sdist, answer.sha256(), Objects.requireNonNull(answer.failure()));
      return;
    }
    byte[] raw = result.metadata().raw();
    String hash = HexFormat.of().formatHex(digest().digest(raw));
    try {
      write(beside(sdist, METADATA), raw);
      write(beside(sdist, HASHES), hashes(sdist, answer.sha256(), hash));
    } catch (IOException e) {
      fail(sdist, answer.sha256(), e);
      return;
    }
    report(
        sdist,
        answer.sha256(),
        node ->
            node.put("metadata_sha256", hash)
                .put("source", result.source().label())
                .put("seconds", result.elapsed().toMillis() / 1000.0));
  }

  private void fail(Path sdist, @Nullable String sha256, Throwable failure) {
    failed++;
    report(
        sdist,
        sha256,
        node -> {
          node.put("error", failure.getClass().getSimpleName())
              .put("message", failure.getMessage());
          if (failure instanceof HookdException known) {
            node.put("error", known.kind());
            known.hint().ifPresent(hint -> node.put("hint", hint));
          }
        });
  }

  private void report(Path sdist, @Nullable String sha256, Consumer<ObjectNode> facts) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("file", sdist.getFileName().toString());
    if (sha256 != null) {
      node.put("sha256", sha256);
    }
    facts.accept(node);
    out.println(node);
  }

  private static boolean isSdist(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".tar.gz") || name.endsWith(".zip");
  }

  private static Path beside(Path sdist, String suffix) {
    return sdist.resolveSibling(sdist.getFileName() + suffix);
  }

  /** What {@code sha256sum} prints for both files. */
  private static byte[] hashes(Path sdist, String sha256, String metadataSha256) {
    Path name = sdist.getFileName();
    return "%s  %s\n%s  %s%s\n"
        .formatted(sha256, name, metadataSha256, name, METADATA)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Writes the file beside its place, and moves it there. Not synced: its hash will tell. */
  private static void write(Path file, byte[] content) throws IOException {
    Path part = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.write(part, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
