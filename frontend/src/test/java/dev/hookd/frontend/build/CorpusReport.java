package dev.hookd.frontend.build;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.frontend.environment.BuildEnvironment;
import dev.hookd.protocol.Hook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was compared and what came of it, as {@code scripts/corpus/report} reads it. Thread-safe.
 */
final class CorpusReport {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Map<String, ObjectNode> sdists = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, Set<String>> remarks = new TreeMap<>();
  private final long seed;

  CorpusReport(long seed) {
    this.seed = seed;
  }

  /** An sdist of which nothing is compared. */
  synchronized void skipped(CorpusSdist sdist, String reason) {
    entry(sdist).put("skipped", reason);
  }

  /** An sdist whose hooks are compared. */
  synchronized void begun(CorpusProject project) throws IOException {
    BuildEnvironment environment = project.environmentFor(Hook.BUILD_WHEEL);
    entry(project.sdist())
        .put("backend", project.backend().object())
        .put("distribution", BackendDistribution.of(environment, project.backend()))
        .put("python", BackendDistribution.python(environment));
  }

  /** A hook that is not compared. */
  synchronized void skipped(CorpusProject project, Hook hook, String reason) {
    ObjectNode answer = hook(project, hook);
    answer.put("outcome", "skipped");
    answer.put("reason", reason);
  }

  synchronized void compared(CorpusProject project, Comparison comparison) {
    ObjectNode answer = hook(project, comparison.hook());
    answer.put("outcome", comparison.verdict());
    Failure failure = comparison.failure();
    if (failure != null) {
      answer.put("failure", failure.summary());
    }
    if (!comparison.differences().isEmpty()) {
      comparison.differences().forEach(answer.putObject("differences")::put);
    }
    answer.put("calls_before", comparison.warm().callsBefore());
    comparison
        .warm()
        .usage()
        .ifPresent(
            usage -> {
              answer.put("isolation", usage.isolation().wireName());
              answer.put("preloaded", usage.preloaded());
            });
    answer.put("warm_ms", comparison.warm().outcome().elapsed().toNanos() / 1e6);
    answer.put("fresh_ms", comparison.fresh().elapsed().toNanos() / 1e6);
  }

  /** What the daemon that serves this sdist had to say. */
  synchronized void remarked(CorpusProject project, Set<String> said) {
    remarks.computeIfAbsent(project.backend().object(), it -> new TreeSet<>()).addAll(said);
  }

  synchronized void write(Path file) throws IOException {
    ObjectNode report = JSON.createObjectNode();
    report.put("seed", seed);
    ObjectNode said = report.putObject("remarks");
    remarks.forEach(
        (backend, texts) -> {
          if (!texts.isEmpty()) {
            texts.forEach(said.putArray(backend)::add);
          }
        });
    ArrayNode list = report.putArray("sdists");
    sdists.values().forEach(list::add);
    Files.createDirectories(file.toAbsolutePath().getParent());
    JSON.writeValue(file.toFile(), report);
  }

  private ObjectNode entry(CorpusSdist sdist) {
    return sdists.computeIfAbsent(
        sdist.toString(),
        name -> JSON.createObjectNode().put("name", sdist.name()).put("version", sdist.version()));
  }

  private ObjectNode hook(CorpusProject project, Hook hook) {
    return entry(project.sdist()).withObjectProperty("hooks").putObject(hook.wireName());
  }
}
