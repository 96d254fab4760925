package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.Freshness;
import dev.hookd.frontend.IndexOptions;
import dev.hookd.frontend.RequirementOptions;
import dev.hookd.frontend.requirement.Constraint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the caller says of requirements, with a real pip; no network. */
@Timeout(120)
class ConstrainedEnvironmentsTest extends BuildEnvironmentsFixture {

  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

  private EnvironmentSpec spec(
      UnaryOperator<RequirementOptions.Builder> options, String... requirements) {
    return new EnvironmentSpec(
        python,
        List.of(requirements),
        InstallerKind.PIP,
        options.apply(RequirementOptions.builder()).build());
  }

  private BuildEnvironments at(Instant now) {
    return new BuildEnvironments(config().clock(Clock.fixed(now, ZoneOffset.UTC)).build());
  }

  private static UnaryOperator<RequirementOptions.Builder> constraints(String... lines) {
    return options -> options.constraints("c.txt", String.join("\n", lines));
  }

  private static String hash(Path file) throws Exception {
    return " --hash=sha256:"
        + HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  private static String version(BuildEnvironment environment, String module) {
    return Pythons.print(environment, "import %s; print(%s.version)".formatted(module, module));
  }

  @Test
  void constraints_bindBuildRequirements_andThoseThatTheyAreBuiltWith() throws IOException {
    for (String version : List.of("1.0", "2.0")) {
      Artifacts.wheel(wheels, "tiny", version);
    }
    // Fails unless the constraint reaches the pip inside of pip.
    Artifacts.sdist(
        wheels, "built", "1.0", "import tiny\nassert tiny.version == '1.0'", List.of("tiny"));
    BuildEnvironments environments = environments();

    BuildEnvironment made =
        environments.get(spec(constraints("Tiny<2", "unused==7"), "tiny", "built"));

    assertThat(version(made, "tiny")).isEqualTo("1.0");
    assertThat(environments.existing(spec("tiny", "built"))).isEmpty();
    assertThat(failure(environments, spec(constraints("tiny<2"), "tiny>=2")))
        .hasMessageContaining("tiny")
        .satisfies(e -> assertThat(e.installerOutput()).contains("tiny<2"));
  }

  @Test
  void hashes_areAskedOfEveryDistribution_beforeAnyOfItsCodeRuns() throws Exception {
    Path tiny = Artifacts.wheel(wheels, "tiny", "1.0", "tinydep");
    Path dep = Artifacts.wheel(wheels, "tinydep", "2.0");
    Path witness = temp.resolve("ran");
    Path sdist = Artifacts.sdist(wheels, "source", "1.0", "open('" + witness + "', 'w').close()");
    BuildEnvironments environments = environments();
    String right = "tiny==1.0" + hash(tiny);

    assertThat(
            version(
                environments.get(spec(constraints(right, "tinydep==2.0" + hash(dep)), "tiny")),
                "tinydep"))
        .isEqualTo("2.0");
    assertThat(failure(environments, spec(constraints("source==1.0" + hash(sdist)), "source")))
        .hasMessageContaining("source");
    assertThat(failure(environments, spec(constraints(right), "source @ " + sdist.toUri())))
        .hasMessageContaining("is no wheel");
    assertThat(witness).doesNotExist();
    assertThat(leftovers()).hasSize(1);
  }

  @Test
  void hashes_whenOneIsMissingOrAnother_nameTheDistribution() {
    String good = "sha256:" + "0".repeat(64);
    String other = "sha256:" + "1".repeat(64);
    Resolution resolution =
        new Resolution(
            "pip",
            List.of(
                new Resolution.Distribution("a", "1", "", List.of(good, other), false, "a==1"),
                new Resolution.Distribution("b", "2", "", List.of(other), false, "b==2")));

    assertThat(
            resolution
                .checked(hashed("a==1 --hash=" + good, "b --hash=" + other))
                .requirementLines())
        .containsExactly("a==1 --hash=" + good, "b==2 --hash=" + other);
    assertThatThrownBy(() -> resolution.checked(hashed("a==1 --hash=" + good)))
        .isInstanceOf(EnvironmentFailedException.class)
        .hasMessageContaining("have hashes, but none for b 2");
    assertThatThrownBy(() -> resolution.checked(hashed("a==1 --hash=" + good, "b --hash=" + good)))
        .isInstanceOf(EnvironmentFailedException.class)
        .hasMessageContaining("b 2 has another hash than the constraints: " + other);
    assertThat(resolution.checked(hashed("a==1"))).isSameAs(resolution);
  }

  private static List<Constraint> hashed(String... lines) {
    return Constraint.parseAll("c.txt", String.join("\n", lines));
  }

  @Test
  void offline_takesWhatWasPrefetched_orWasResolvedOnline_orSaysHowToPrefetch() throws IOException {
    Path links = Files.createDirectories(temp.resolve("pre fetched"));
    Artifacts.wheel(wheels, "tiny", "1.0");
    Artifacts.wheel(links, "fetched", "1.0");
    UnaryOperator<RequirementOptions.Builder> offline =
        options ->
            options.index(new IndexOptions(null, List.of(), List.of(links.toString()), true));
    UnaryOperator<RequirementOptions.Builder> online =
        options ->
            options.index(new IndexOptions(null, List.of(), List.of(links.toString()), false));
    BuildEnvironment made = at(NOW).get(spec(online, "tiny"));
    caller.remove("PIP_FIND_LINKS");
    caller.put("PIP_INDEX_URL", "http://127.0.0.1:9/simple");
    caller.remove("PIP_NO_INDEX");

    BuildEnvironments later = at(NOW.plus(Duration.ofDays(30)));
    assertThat(version(later.get(spec(offline, "fetched")), "fetched")).isEqualTo("1.0");
    assertThat(failure(later, spec(offline, "missing>=2")))
        .satisfies(
            e -> {
              assertThat(e.installerOutput()).doesNotContain("127.0.0.1");
              assertThat(e.hint().orElse(""))
                  .contains("pip download --dest DIR \"missing>=2\"", "--find-links");
            });
    assertThat(failure(later, spec(offline, "missing @ https://example.org/missing.whl")))
        .hasMessageContaining("cannot be fetched");
    // With the caller's variables of then it is the same request, only offline.
    caller.put("PIP_FIND_LINKS", wheels.toString());
    caller.put("PIP_NO_INDEX", "1");
    caller.remove("PIP_INDEX_URL");
    assertThat(at(NOW.plus(Duration.ofDays(30))).existing(spec(offline, "tiny"))).contains(made);
  }

  @Test
  void freshness_whenItIsOver_resolvesAnew() throws IOException {
    Artifacts.wheel(wheels, "tiny", "1.0");
    BuildEnvironment old = at(NOW).get(spec("tiny"));
    Artifacts.wheel(wheels, "tiny", "2.0");
    Instant evening = NOW.plus(Duration.ofHours(13));
    Instant tomorrow = NOW.plus(Duration.ofHours(14));

    assertThat(at(evening).get(spec("tiny"))).isEqualTo(old);
    assertThat(at(tomorrow).existing(spec("tiny"))).isEmpty();
    assertThat(at(tomorrow).existing(spec(o -> o.freshness(Freshness.days(2)), "tiny")))
        .contains(old);
    BuildEnvironment refreshed =
        at(evening).get(spec(o -> o.freshness(Freshness.DEFAULT.after(evening)), "tiny"));
    assertThat(version(refreshed, "tiny")).isEqualTo("2.0");
    assertThat(at(evening).get(spec("tiny"))).isEqualTo(refreshed);
    assertThat(version(old, "tiny")).as("an environment is frozen").isEqualTo("1.0");
  }

  @Test
  void freshness_whenTheIndexCannotBeReached_usesWhatThereIs_andSaysSo() throws IOException {
    try (OneWheelIndex index = new OneWheelIndex(Artifacts.wheel(temp, "tiny", "1.0"))) {
      caller.remove("PIP_NO_INDEX");
      caller.put("PIP_INDEX_URL", index.url());
      caller.put("PIP_RETRIES", "1"); // with none pip does not say that it failed
      caller.remove("PIP_FIND_LINKS");
      BuildEnvironment old = at(NOW).get(spec("tiny"));
      index.stop();
      BuildEnvironments tomorrow = at(NOW.plus(Duration.ofDays(1)));

      assertThat(tomorrow.get(spec("tiny"))).isEqualTo(old);
      assertThat(recorder.count("stale 2026-11-20T10:00:00Z")).isOne();
      // For some time it is not asked again.
      assertThat(tomorrow.get(spec("tiny"))).isEqualTo(old);
      assertThat(recorder.count("resolving")).isEqualTo(2);
      // Who asks for a new resolution gets one, or an error.
      assertThat(
              failure(
                  at(NOW.plus(Duration.ofDays(1))),
                  spec(o -> o.freshness(Freshness.DEFAULT.after(NOW.plusSeconds(1))), "tiny")))
          .satisfies(e -> assertThat(e.hint().orElse("")).contains("could not be reached"));
    }
  }

  /** An index that has one wheel, of whatever is asked for, until it is stopped. */
  private static final class OneWheelIndex implements AutoCloseable {
    private final HttpServer server;

    OneWheelIndex(Path wheel) throws IOException {
      byte[] bytes = Files.readAllBytes(wheel);
      String page = "<a href='%s'>wheel</a>".formatted(wheel.getFileName());
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            boolean isWheel = exchange.getRequestURI().getPath().endsWith(".whl");
            byte[] answer = isWheel ? bytes : page.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", isWheel ? "x/y" : "text/html");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
          });
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort() + "/simple";
    }

    void stop() {
      server.stop(0);
    }

    @Override
    public void close() {
      stop();
    }
  }
}
