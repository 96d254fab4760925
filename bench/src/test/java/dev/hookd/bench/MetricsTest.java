package dev.hookd.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookd.client.HookdException;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.Input;
import dev.hookd.frontend.Product;
import dev.hookd.protocol.BuildBackend;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/ says of the metrics is so: compared with what a working front end publishes. */
class MetricsTest {

  private static final Path ROOT = Path.of(System.getProperty("hookd.root"));
  private static final Pattern QUOTED = Pattern.compile("`([^`]*)`");
  private static final Pattern LABEL = Pattern.compile("([a-z]+)(?:=~|!~|!=|=)\"");

  /** {@code hookd_name{label="value"}}, in the text of a scrape as in an expression. */
  private static final Pattern SERIES = Pattern.compile("\\b(hookd_\\w+)(?:\\{([^}]*)})?");

  /** As the table has it: name -> type and tags, for example {@code timer [hook, outcome]}. */
  private static final Map<String, String> published = new TreeMap<>();

  /** What Prometheus is told: name -> labels. */
  private static final Map<String, Set<String>> series = new HashMap<>();

  @BeforeAll
  @Timeout(120)
  static void work(@TempDir Path directory) throws InterruptedException {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().meterFilter(new Histograms());
    Queue<Meter.Id> added = new ConcurrentLinkedQueue<>();
    CountDownLatch retired = new CountDownLatch(1);
    registry
        .config()
        .onMeterAdded(
            meter -> {
              added.add(meter.getId());
              if (meter.getId().getName().equals("hookd.pool.retirements")) {
                retired.countDown();
              }
            });
    // An in-tree backend without requirements: the test needs no network.
    Path example = ROOT.resolve("examples/python/in-tree-backend");
    try (Hookd hookd =
        Hookd.builder()
            .cacheDirectory(directory.resolve("cache"))
            .parallelism(1)
            .verifyRate(1)
            .meterRegistry(registry)
            .build()) {
      hookd.metadata(Input.of(example), BuildSettings.DEFAULT);
      hookd.requirements(Input.of(example), Set.of(Product.SDIST), BuildSettings.DEFAULT);
      hookd.build(Input.of(example), Set.of(Product.SDIST), directory, BuildSettings.DEFAULT);
      // A daemon with another environment: the first one has to make room.
      BuildSettings fails =
          BuildSettings.builder()
              .environment(Map.of("ANOTHER", "daemon"))
              .backend(BuildBackend.of("there_is_no_such_backend"))
              .build();
      assertThatThrownBy(() -> hookd.metadata(Input.of(example), fails))
          .isInstanceOf(HookdException.class);

      // It is told after the daemon that needed the room may have started.
      assertThat(retired.await(60, TimeUnit.SECONDS)).as("a daemon made room").isTrue();
      for (Meter.Id id : added) {
        List<String> tags = id.getTags().stream().map(Tag::getKey).sorted().toList();
        published.put(id.getName(), id.getType().name().toLowerCase(Locale.ROOT) + " " + tags);
      }
      for (String line : registry.scrape().lines().filter(l -> !l.startsWith("#")).toList()) {
        Matcher one = SERIES.matcher(line);
        assertThat(one.lookingAt()).as(line).isTrue();
        series
            .computeIfAbsent(one.group(1), n -> new TreeSet<>())
            .addAll(labels(one.toMatchResult()));
      }
    }
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void tableOfMeters_isWhatIsPublished() throws IOException {
    Pattern row =
        Pattern.compile("^\\| `(hookd\\.[a-z.]+)` \\| (\\w+) \\|([^|]*)\\|", Pattern.MULTILINE);
    Map<String, String> documented = new TreeMap<>();
    row.matcher(Files.readString(ROOT.resolve("docs/operations.md")))
        .results()
        .forEach(r -> documented.put(r.group(1), r.group(2) + " " + tags(r.group(3))));

    assertThat(documented).containsExactlyInAnyOrderEntriesOf(published);
  }

  @Test
  void dashboard_asksForWhatIsPublished_andForAllOfIt() throws IOException {
    Set<String> used = new TreeSet<>();
    for (JsonNode target : targets()) {
      String expression = target.path("expr").asText();
      List<String> known = new ArrayList<>(List.of("le", "instance"));
      Set<String> asked = new TreeSet<>();
      for (MatchResult one : SERIES.matcher(expression).results().toList()) {
        assertThat(series).as(expression).containsKey(one.group(1));
        known.addAll(series.getOrDefault(one.group(1), Set.of()));
        assertThat(known).as(expression).containsAll(labels(one));
        asked.add(one.group(1));
      }
      assertThat(asked).as(expression).isNotEmpty();
      used.addAll(asked);
      Matcher by = Pattern.compile("\\bby \\(([^)]*)\\)").matcher(expression);
      List<String> grouped =
          by.results().flatMap(r -> List.of(r.group(1).split(", ")).stream()).toList();
      assertThat(known).as(expression).containsAll(grouped);
      Matcher legend =
          Pattern.compile("\\{\\{(\\w+)}}").matcher(target.path("legendFormat").asText());
      assertThat(grouped)
          .as(expression)
          .containsAll(legend.results().map(r -> r.group(1)).toList());
    }

    for (String name : published.keySet()) {
      String prefix = name.replace('.', '_');
      assertThat(used)
          .as(name)
          .anyMatch(series -> series.matches(prefix + "((_bytes)?_total|_seconds_\\w+)?"));
    }
  }

  private static List<JsonNode> targets() throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(ROOT.resolve("docs/grafana-dashboard.json").toFile());
    return dashboard.findValues("targets").stream()
        .flatMap(targets -> targets.valueStream())
        .toList();
  }

  private static List<String> labels(MatchResult series) {
    return series.group(2) == null
        ? List.of()
        : LABEL.matcher(series.group(2)).results().map(r -> r.group(1)).toList();
  }

  /** The names in {@code `state`: `idle`, `busy`; `outcome`}. */
  private static List<String> tags(String cell) {
    return Pattern.compile(";")
        .splitAsStream(cell)
        .map(part -> part.replaceFirst(":.*", ""))
        .flatMap(part -> QUOTED.matcher(part).results().map(r -> r.group(1)))
        .sorted()
        .toList();
  }

  /** What docs/embedding.md advises. */
  private static final class Histograms implements MeterFilter {
    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
      return id.getName().startsWith("hookd.")
          ? DistributionStatisticConfig.builder().percentilesHistogram(true).build().merge(config)
          : config;
    }
  }
}
