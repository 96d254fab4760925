package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A second JVM with this one's class path. It is told what to do, and says how that goes, in lines;
 * what it writes to standard error is heard as well. Its main class must end when its standard
 * input does.
 */
public final class OtherJvm implements AutoCloseable {

  private static final long DEADLINE_SECONDS = 30;
  private static final String END = "(its end)";

  private final Process process;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

  private OtherJvm(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "reader of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** How such a JVM is started, quickly. */
  public static List<String> command(Path temporary, Class<?> main, String... arguments) {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dslf4j.internal.verbosity=ERROR",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classPath,
                main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Starts one. */
  public static OtherJvm start(Path temporary, Class<?> main, String... arguments)
      throws IOException {
    return new OtherJvm(
        new ProcessBuilder(command(temporary, main, arguments)).redirectErrorStream(true).start());
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      lines.lines().forEach(said::add);
    } catch (IOException | UncheckedIOException e) {
      said.add(e.toString());
    }
    said.add(END);
  }

  /** Gives it a line. */
  public void tell(String line) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  /** Waits for the next line, which must be this one. */
  public void expect(String line) throws InterruptedException {
    assertThat(said.poll(DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo(line);
  }

  /** Lets it end by itself; it must have nothing more to say. */
  public void end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    expect(END);
    assertThat(process.waitFor()).isZero();
  }

  /** SIGKILL; it must have said nothing more. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    expect(END);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
