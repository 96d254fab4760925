package dev.hookd.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.frontend.environment.CachedEnvironment;
import dev.hookd.frontend.environment.CachedEnvironments;
import dev.hookd.frontend.environment.EnvironmentManifest;
import dev.hookd.frontend.system.CacheDirectory;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    sortOptions = false,
    header = "List the build environments, the one that was used last first.",
    description = {
      "",
      "A line each: id, size, last use, whether it is in use (*), Python, what was asked for.",
      ""
    })
final class EnvListCommand implements Callable<Integer> {

  private static final int SHORT_ID = 12;

  @Option(names = "--json", description = "Print one JSON array.")
  private boolean json;

  private final Session session;

  EnvListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<CachedEnvironments.Used> all =
        new CachedEnvironments(CacheDirectory.of(session.environment())).byLastUse();
    if (json) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      all.forEach(each -> array.add(node(each)));
      session.console().result(JsonText.pretty(array));
    } else {
      all.forEach(each -> session.console().result(Text.printable(line(each))));
    }
    return ExitStatus.OK;
  }

  private static String line(CachedEnvironments.Used used) {
    CachedEnvironment environment = used.environment();
    return "%s  %8s  %s  %s  %s  %s"
        .formatted(
            environment.id().substring(0, SHORT_ID),
            Doctor.size(used.bytes()),
            used.last().truncatedTo(ChronoUnit.MINUTES),
            used.inUse() ? "*" : " ",
            environment.manifest().map(EnvListCommand::python).orElse(state(environment)),
            String.join(
                ", ",
                environment.manifest().map(EnvironmentManifest::requirements).orElse(List.of())))
        .stripTrailing();
  }

  private static String python(EnvironmentManifest manifest) {
    return manifest.implementation() + " " + manifest.version();
  }

  private static String state(CachedEnvironment environment) {
    return environment.manifestFault().isPresent()
        ? "manifest unreadable"
        : environment.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static ObjectNode node(CachedEnvironments.Used used) {
    CachedEnvironment environment = used.environment();
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", environment.id())
            .put("path", environment.root().toString())
            .put("state", environment.state().name().toLowerCase(Locale.ROOT))
            .put("bytes", used.bytes())
            .put("last_use", used.last().toString())
            .put("in_use", used.inUse())
            .put("python", environment.manifest().map(EnvListCommand::python).orElse(null));
    node.set(
        "requirements",
        CallJson.strings(
            environment.manifest().map(EnvironmentManifest::requirements).orElse(List.of())));
    return node;
  }
}
