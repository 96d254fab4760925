package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.cli.Converters.OutputFormat;
import dev.hookd.frontend.BuildResult;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.Input;
import dev.hookd.frontend.Product;
import dev.hookd.frontend.ProductSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "build",
    sortOptions = false,
    header = "Build wheels and sdists of source trees and sdists.",
    description = {
      "",
      "Prints the absolute path of each file built, a line each. When none is asked for, an"
          + " sdist of the tree, and a wheel that is built from that sdist; of an sdist, the wheel. A file appears in"
          + " --outdir whole or not at all.",
      "",
      "Formats:",
      "  text   a path a line",
      "  json   one JSON array with an object for each input",
      "  jsonl  one JSON object a line for each input: input, ok, seconds, files, warnings,"
          + " tree, error",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hookd build . --outdir dist",
      "  hookd build *.tar.gz --wheel --outdir wheels"
    })
final class BuildCommand extends InputsCommand<BuildResult> {

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private ProductOptions wanted;

  @Option(
      names = {"-o", "--outdir"},
      required = true,
      paramLabel = "DIR",
      description = "Where the files go; made where it does not exist.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String outdir;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = Converters.OfListFormat.class,
      completionCandidates = Converters.OfListFormat.class,
      description = "text (default), json or jsonl.")
  private OutputFormat format = OutputFormat.TEXT;

  @Option(
      names = "--via-sdist",
      negatable = true,
      description =
          "Build the wheel from the sdist, and not straight from the tree; the default when"
              + " none of --wheel, --sdist and --editable is given.")
  private @Nullable Boolean viaSdist;

  @Option(
      names = "--no-prepare-metadata",
      description =
          "Do not prepare the metadata before a wheel is built. They are prepared by default, and"
              + " a wheel with other metadata is reported.")
  private boolean noPrepareMetadata;

  BuildCommand(Session session) {
    super(session);
  }

  @Override
  void checkUsage() {
    if (outdir.isEmpty()) {
      throw wrong("--outdir is empty");
    }
    Path directory = session.path(outdir);
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw wrong("--outdir: not a directory: " + outdir);
    }
    Set<Product> products = wanted.products();
    boolean isForAWheel = products.isEmpty() || products.contains(Product.WHEEL);
    if (Boolean.TRUE.equals(viaSdist) && !isForAWheel) {
      throw wrong("--via-sdist is how a wheel is built: it needs --wheel");
    }
  }

  @Override
  OutputFormat format() {
    return format;
  }

  @Override
  String member() {
    return "files";
  }

  @Override
  CompletableFuture<BuildResult> start(Hookd hookd, Input input, BuildSettings settings) {
    Set<Product> products = wanted.products();
    boolean isDefault = products.isEmpty();
    ProductSettings how =
        ProductSettings.DEFAULT
            .withViaSdist(viaSdist == null ? isDefault : viaSdist)
            .withPrepareMetadata(!noPrepareMetadata);
    return hookd.buildAsync(
        input,
        isDefault ? EnumSet.of(Product.SDIST, Product.WHEEL) : products,
        session.path(outdir),
        settings.toBuilder().products(how).build());
  }

  @Override
  Duration elapsed(BuildResult result) {
    return result.elapsed();
  }

  @Override
  void addTo(ObjectNode node, @Nullable BuildResult result) {
    if (result == null) {
      node.putNull("files").putNull("warnings").putNull("tree");
      return;
    }
    ObjectNode files = node.putObject("files");
    for (Product product : Product.values()) {
      Path file = result.files().get(product);
      if (file != null) {
        files.put(product.label(), file.toString());
      }
    }
    result.warnings().forEach(node.putArray("warnings")::add);
    node.put("tree", result.treeUse().label());
  }

  @Override
  void write(
      String input, @Nullable String python, BuildResult result, boolean isFirst, boolean isOnly) {
    for (Product product : Product.values()) {
      Path file = result.files().get(product);
      if (file != null) {
        session.console().result(file.toString());
      }
    }
  }
}
