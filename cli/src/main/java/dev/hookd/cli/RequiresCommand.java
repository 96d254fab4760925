package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.cli.Converters.OutputFormat;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.Input;
import dev.hookd.frontend.Product;
import dev.hookd.frontend.RequirementsResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "requires",
    sortOptions = false,
    header = "Print what must be installed to build source trees and sdists.",
    description = {
      "",
      "That is build-system.requires of pyproject.toml, and what the hooks get_requires_for_build_*"
          + " of the wanted products ask for on top: of a wheel when none is named.",
      "",
      "Formats:",
      "  text   a requirement a line, each once; of several inputs each under a line '# INPUT'",
      "  json   one JSON array with an object for each input",
      "  jsonl  one JSON object a line for each input: input, ok, seconds, requires, extra, all,"
          + " error",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hookd requires .",
      "  hookd requires --sdist --wheel --format json requests-2.31.0.tar.gz"
    })
final class RequiresCommand extends InputsCommand<RequirementsResult> {

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private ProductOptions wanted;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = Converters.OfListFormat.class,
      completionCandidates = Converters.OfListFormat.class,
      description = "text (default), json or jsonl.")
  private OutputFormat format = OutputFormat.TEXT;

  RequiresCommand(Session session) {
    super(session);
  }

  @Override
  OutputFormat format() {
    return format;
  }

  @Override
  String member() {
    return "requires";
  }

  @Override
  CompletableFuture<RequirementsResult> start(Hookd hookd, Input input, BuildSettings settings) {
    Set<Product> products = wanted.products();
    return hookd.requirementsAsync(
        input, products.isEmpty() ? Set.of(Product.WHEEL) : products, settings);
  }

  @Override
  Duration elapsed(RequirementsResult result) {
    return result.elapsed();
  }

  @Override
  void addTo(ObjectNode node, @Nullable RequirementsResult result) {
    if (result == null) {
      node.putNull("requires").putNull("extra").putNull("all");
      return;
    }
    node.set("requires", CallJson.strings(result.declared()));
    ObjectNode extra = node.putObject("extra");
    for (Product product : Product.values()) {
      List<String> asked = result.extra().get(product);
      if (asked != null) {
        extra.set(product.label(), CallJson.strings(asked));
      }
    }
    node.set("all", CallJson.strings(all(result)));
  }

  @Override
  void write(
      String input,
      @Nullable String python,
      RequirementsResult result,
      boolean isFirst,
      boolean isOnly) {
    Console console = session.console();
    if (!isOnly) {
      console.result((isFirst ? "" : "\n") + "# " + Text.printable(input));
    }
    all(result).forEach(requirement -> console.result(Text.printable(requirement)));
  }

  /** Each requirement once, in the order in which they were asked for. */
  static List<String> all(RequirementsResult result) {
    Set<String> all = new LinkedHashSet<>(result.declared());
    for (Product product : Product.values()) {
      all.addAll(result.extra().getOrDefault(product, List.of()));
    }
    return new ArrayList<>(all);
  }
}
