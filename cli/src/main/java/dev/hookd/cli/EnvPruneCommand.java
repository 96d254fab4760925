package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.frontend.environment.EnvironmentPruner;
import dev.hookd.frontend.system.CacheDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "prune",
    sortOptions = false,
    header = "Remove build environments that nobody uses now.",
    description = {
      "",
      "Removes those that cannot be used (left half made, or without their Python), and with the"
          + " options others. What a running hookd uses stays; what is needed again is made again.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  hookd env prune --unused-for 720h",
      "  hookd env prune --max-size 2GiB"
    })
final class EnvPruneCommand implements Callable<Integer> {

  @Option(
      names = "--unused-for",
      paramLabel = "DURATION",
      converter = Converters.OfDuration.class,
      description = "Those that nobody has used for so long, such as 720h.")
  private @Nullable Duration unusedFor;

  @Option(
      names = "--max-size",
      paramLabel = "SIZE",
      converter = Converters.OfSize.class,
      description =
          "Those used least recently, until the others hold no more than this: a number of bytes, or"
              + " such as 500MiB, 2GiB; 0 removes all.")
  private @Nullable Long maxSize;

  @Option(names = "--dry-run", description = "Only say what would go.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON object: removed, in_use, bytes_left.")
  private boolean json;

  private final Session session;

  EnvPruneCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    CacheDirectory cache = CacheDirectory.of(session.environment());
    EnvironmentPruner.Result result;
    try {
      result =
          Files.isDirectory(cache.root())
              ? new EnvironmentPruner(cache, Clock.systemUTC())
                  .prune(unusedFor, maxSize == null ? Long.MAX_VALUE : maxSize, dryRun)
              : new EnvironmentPruner.Result(java.util.List.of(), 0, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (json) {
      session.console().result(JsonText.pretty(node(result)));
      return ExitStatus.OK;
    }
    for (EnvironmentPruner.Removal each : result.removed()) {
      session
          .console()
          .result(
              "%s  %s  %s".formatted(each.id(), Doctor.size(each.bytes()), reason(each.reason())));
    }
    long bytes = result.removed().stream().mapToLong(EnvironmentPruner.Removal::bytes).sum();
    session
        .console()
        .result(
            "%s%d environments, %s; %s left%s"
                .formatted(
                    dryRun ? "would remove " : "removed ",
                    result.removed().size(),
                    Doctor.size(bytes),
                    Doctor.size(result.bytesLeft()),
                    result.inUse() == 0 ? "" : "; %d are in use".formatted(result.inUse())));
    return ExitStatus.OK;
  }

  private static String reason(EnvironmentPruner.Reason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode node(EnvironmentPruner.Result result) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode removed = node.putArray("removed");
    for (EnvironmentPruner.Removal each : result.removed()) {
      removed
          .addObject()
          .put("id", each.id())
          .put("reason", reason(each.reason()))
          .put("bytes", each.bytes())
          .put("last_use", each.lastUse().toString());
    }
    return node.put("in_use", result.inUse()).put("bytes_left", result.bytesLeft());
  }
}
