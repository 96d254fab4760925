package dev.hookd.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.hookd.examples.PrefetchingResolver.Candidate;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PrefetchingResolverTest extends ExamplesFixture {

  @Test
  void resolve_takesTheNewest_andGoesBackWhereTheyConflict() throws Exception {
    sdist("App", "1.0", "lib>=1", "tool", "docs; extra == 'docs'");
    sdist("app", "2.0rc1");
    sdist("lib", "1.0", "base");
    sdist("lib", "1.10", "base<2"); // newer than 1.9, and in conflict with what tool needs
    sdist("lib", "1.9", "base<2");
    sdist("tool", "1", "base>=2");
    sdist("base", "1.5");
    sdist("base", "2.5");

    assertThat(resolve("app")).isEqualTo("app==1.0 base==2.5 lib==1.0 tool==1");
    assertThat(resolve("app", "lib==1.9")).startsWith("nothing: ").contains("base");
    assertThat(resolve("app>=1", "app>=2.0rc1")).isEqualTo("app==2.0rc1");
    assertThat(resolve("missing")).isEqualTo("nothing: no sdist meets [missing (of you)]");
  }

  @Test
  void resolve_readsOverWhatHasNoMetadata_butSaysSoInTheEnd() throws Exception {
    sdist("lib", "1.0");
    sdist("lib", "2.0", "raise OSError('the compiler is missing')", Map.of());
    sdist("lib", "3.0", "lib @@ nonsense");

    assertThat(resolve("lib")).isEqualTo("lib==1.0");
    assertThat(resolve("lib==2.0"))
        .startsWith("nothing: lib==2.0 has no metadata: ")
        .contains("the compiler is missing");
  }

  @Test
  void resolve_fetchesAheadWhileItWaits_andCancelsWhatIsNotNeeded() throws Exception {
    List<Meter> ended = new CopyOnWriteArrayList<>();
    meters.config().onMeterRemoved(ended::add);
    try (ServerSocket gate = openGate();
        ServerSocket never = openGate()) {
      sdist("lib", "1.0", waitAt(never), Map.of());
      sdist("lib", "2.0", waitAt(gate), Map.of());
      FutureTask<String> resolved = new FutureTask<>(() -> resolve("lib"));
      new Thread(resolved).start();
      ProcessHandle hook;
      try (Socket ahead = never.accept();
          Socket waitedFor = gate.accept()) {
        hook = hook(ahead);
        assertThat(hook(waitedFor)).isNotEqualTo(hook); // both run
        waitedFor.shutdownOutput(); // it goes on

        assertThat(resolved.get(60, TimeUnit.SECONDS)).isEqualTo("lib==2.0");
        hook.onExit().get(30, TimeUnit.SECONDS);
      }
    }
    hookd.close(); // after the work has ended, whose meters it takes out
    assertThat(ended)
        .filteredOn(meter -> meter.getId().getName().equals("hookd.metadata"))
        .filteredOn(meter -> "Cancelled".equals(meter.getId().getTag("outcome")))
        .singleElement(as(type(Timer.class)))
        .satisfies(timer -> assertThat(timer.count()).isOne());
  }

  /** The process at the other end. */
  private static ProcessHandle hook(Socket connection) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(connection.getInputStream(), US_ASCII));
    return ProcessHandle.of(Long.parseLong(reader.readLine())).orElseThrow();
  }

  private String resolve(String... requirements) throws IOException {
    PrefetchingResolver resolver = new PrefetchingResolver(hookd, directory);
    Optional<SortedMap<String, Candidate>> solution = resolver.resolve(List.of(requirements));
    return solution
        .map(found -> String.join(" ", found.values().stream().map(Candidate::toString).toList()))
        .orElseGet(() -> "nothing: " + resolver.conflict());
  }
}
