package dev.hookd.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.examples.PrefetchingResolver.Candidate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
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
    Path pid = directory.resolve("pid");
    String tells = "open(%1$r + '~', 'w').write(str(os.getpid())); os.rename(%1$r + '~', %1$r); ";
    String runsForever = tells.replace("%1$r", "'" + pid + "'") + "wait_for('/nowhere')";
    sdist("lib", "1.0", runsForever, Map.of());
    sdist("lib", "2.0", "wait_for('" + pid + "')", Map.of());

    assertThat(resolve("lib")).isEqualTo("lib==2.0");

    Optional<ProcessHandle> hook = ProcessHandle.of(Long.parseLong(Files.readString(pid)));
    if (hook.isPresent()) {
      hook.get().onExit().get(30, TimeUnit.SECONDS);
    }
    awaitUntil("the work has ended", () -> meters.get("hookd.work.running").gauge().value() == 0);
    assertThat(meters.get("hookd.metadata").tag("outcome", "Cancelled").timer().count()).isOne();
  }

  private String resolve(String... requirements) throws IOException {
    PrefetchingResolver resolver = new PrefetchingResolver(hookd, directory);
    Optional<SortedMap<String, Candidate>> solution = resolver.resolve(List.of(requirements));
    return solution
        .map(found -> String.join(" ", found.values().stream().map(Candidate::toString).toList()))
        .orElseGet(() -> "nothing: " + resolver.conflict());
  }
}
