package dev.hookd.frontend.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.frontend.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class ChildProcessTest {

  @TempDir Path temp;

  private ChildProcess.Outcome shell(String script, Consumer<String> lines) throws Exception {
    return ChildProcess.run(
        List.of("/bin/sh", "-c", script),
        temp,
        Map.of("PATH", System.getenv("PATH")),
        Duration.ofSeconds(15),
        lines);
  }

  @Test
  void run_whenAChildHoldsTheOutput_endsWithTheProcess_andHasAllThatItSaid() throws Exception {
    ChildProcess.Outcome outcome = shell("sleep 600 & seq 100000; echo $!", line -> {});

    assertThat(outcome.succeeded()).isTrue();
    assertThat(killHolder(outcome.tail().get(outcome.tail().size() - 1))).isTrue();
    assertThat(outcome.tail()).contains("99999", "100000");
  }

  @Test
  void run_whenItIsReadOnlyAfterTheProcessIsGone_losesNothing() throws Exception {
    ChildProcess.Outcome outcome =
        shell(
            "echo $$; sleep 600 & echo $!; printf 'caf\\303\\251\\nno line end'",
            new Consumer<>() {
              private boolean first = true;

              @Override
              public void accept(String line) {
                if (first) {
                  first = false;
                  awaitGone(line);
                }
              }
            });

    assertThat(outcome.tail()).hasSizeGreaterThan(1);
    assertThat(killHolder(outcome.tail().get(1))).isTrue();
    assertThat(outcome.tail()).hasSize(4).endsWith("caf\u00e9", "no line end");
  }

  /** Whether it was still there. */
  private static boolean killHolder(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::destroyForcibly).orElse(false);
  }

  private static void awaitGone(String pid) {
    try {
      Processes.awaitGone(Long.parseLong(pid));
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
