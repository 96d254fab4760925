package dev.hookd.frontend.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hookd.client.DaemonLauncher;
import dev.hookd.client.DaemonProcess;
import dev.hookd.client.LaunchSpec;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Starts daemons and overhears the {@code DEBUG} lines of each: why a call was not warm. */
final class DaemonRemarks implements DaemonLauncher {

  private static final String DEBUG = "DEBUG ";

  private final DaemonLauncher launcher;
  private final Map<Long, Set<String>> remarks = new ConcurrentHashMap<>();

  DaemonRemarks(DaemonLauncher launcher) {
    this.launcher = launcher;
  }

  /** What the daemon of this process id has remarked until now, each text once. */
  Set<String> of(long pid) {
    Set<String> said = remarks.getOrDefault(pid, Set.of());
    synchronized (said) {
      return new TreeSet<>(said);
    }
  }

  @Override
  public DaemonProcess launch(LaunchSpec spec) {
    DaemonProcess process = launcher.launch(spec);
    Set<String> said = new TreeSet<>();
    remarks.put(process.pid(), said);
    return new Overheard(process, new Lines(process.stdout(), said));
  }

  @Override
  public String name() {
    return launcher.name();
  }

  /** Passes on what is read, and notes the remarks in it. For one reading thread. */
  private static final class Lines extends FilterInputStream {

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Set<String> said;

    Lines(InputStream in, Set<String> said) {
      super(in);
      this.said = said;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      if (value >= 0) {
        take((byte) value);
      }
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      for (int i = offset; i < offset + count; i++) {
        take(bytes[i]);
      }
      return count;
    }

    private void take(byte value) {
      if (value != '\n') {
        line.write(value);
        return;
      }
      String text = line.toString(UTF_8);
      line.reset();
      if (text.startsWith(DEBUG)) {
        synchronized (said) {
          said.add(text.substring(DEBUG.length()));
        }
      }
    }
  }

  private record Overheard(DaemonProcess process, InputStream stdout) implements DaemonProcess {

    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public OutputStream stdin() {
      return process.stdin();
    }

    @Override
    public InputStream stderr() {
      return process.stderr();
    }

    @Override
    public CompletableFuture<Integer> onExit() {
      return process.onExit();
    }

    @Override
    public void killTree() {
      process.killTree();
    }

    @Override
    public Optional<java.nio.file.Path> hostPath(String announced) {
      return process.hostPath(announced);
    }
  }
}
