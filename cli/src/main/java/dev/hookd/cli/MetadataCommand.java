package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.cli.Converters.OutputFormat;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.Input;
import dev.hookd.frontend.MetadataResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "metadata",
    sortOptions = false,
    header = "Print the core metadata of source trees and sdists.",
    description = {
      "",
      "Takes what PKG-INFO or pyproject.toml promise of every wheel (PEP 643, PEP 621), or what an"
          + " earlier run found out; else runs prepare_metadata_for_build_wheel; where the backend"
          + " does not define it, builds the wheel and reads its metadata (PEP 517). Results come"
          + " in the order of the inputs, each as soon as it is there; a failing input stops no"
          + " other. --python may be given several times: each input is then asked for under each.",
      "",
      "Formats:",
      "  text   a summary for people; of several Pythons each says for which it is",
      "  json   one JSON array with an object for each input",
      "  jsonl  one JSON object a line for each input: input, python, ok, source, complete,"
          + " cached, steps, seconds, metadata (PEP 566), raw, error",
      "  raw    the METADATA file: a single input's byte for byte; of several inputs each under a"
          + " line '==> INPUT <=='",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hookd metadata .",
      "  hookd metadata --format jsonl --jobs 8 --timeout 2m sdists/*.tar.gz > metadata.jsonl",
      "  hookd metadata --format raw requests-2.31.0.tar.gz",
      "  find . -name '*.tar.gz' | hookd metadata - --output metadata.jsonl --resume"
    })
final class MetadataCommand extends InputsCommand<MetadataResult> {

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = Converters.OfMetadataFormat.class,
      completionCandidates = Converters.OfMetadataFormat.class,
      description = "text (default), json, jsonl or raw.")
  private OutputFormat format = OutputFormat.TEXT;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private MetadataOptions options;

  MetadataCommand(Session session) {
    super(session);
  }

  @Override
  void checkUsage() {
    if (options.contradictEachOther()) {
      throw wrong("--policy build and --allow-wheels exclude each other: a wheel has no hooks");
    }
  }

  @Override
  OutputFormat format() {
    return format;
  }

  @Override
  String member() {
    return "metadata";
  }

  @Override
  boolean takesSeveralPythons() {
    return true;
  }

  @Override
  long size(MetadataResult result) {
    return 3L * result.metadata().raw().length; // the file, and its fields as strings
  }

  @Override
  CompletableFuture<MetadataResult> start(Hookd hookd, Input input, BuildSettings settings) {
    return hookd.metadataAsync(input, options.applied(settings));
  }

  @Override
  Duration elapsed(MetadataResult result) {
    return result.elapsed();
  }

  @Override
  void addTo(ObjectNode node, @Nullable MetadataResult result) {
    node.put("source", result == null ? null : result.source().label());
    if (result == null) {
      node.putNull("complete").putNull("cached").putNull("steps");
    } else {
      node.put("complete", result.isComplete()).put("cached", result.cached());
      ObjectNode steps = node.putObject("steps");
      result.steps().forEach((step, took) -> steps.put(step, JsonText.seconds(took)));
    }
    node.set("metadata", result == null ? node.nullNode() : result.metadata().toJson());
    node.put("raw", result == null ? null : result.metadata().text());
  }

  @Override
  void write(
      String input,
      @Nullable String python,
      MetadataResult result,
      boolean isFirst,
      boolean isOnly) {
    Console console = session.console();
    if (format == OutputFormat.RAW) {
      byte[] raw = result.metadata().raw();
      if (isOnly) {
        console.result(raw);
        return;
      }
      console.result((isFirst ? "" : "\n") + "==> " + input + " <==");
      console.result(raw);
      if (raw.length > 0 && raw[raw.length - 1] != '\n') {
        console.result("");
      }
      return;
    }
    if (!isFirst) {
      console.result("");
    }
    MetadataText.render(
            result.metadata().toJson(),
            python,
            result.source(),
            result.elapsed(),
            console.resultStyle())
        .forEach(console::result);
  }
}
