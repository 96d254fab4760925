package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.protocol.ConfigSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is different for the projects of one name, as their hooks see it. */
@Timeout(120)
class PackageOptionsTest extends FrontendFixture {

  private static final String SEEN =
      Trees.requires(
          "return [json.dumps(config_settings), os.environ.get('ALL', ''), os.environ.get('OWN', '')]");

  private List<String> seenBy(Path tree, BuildSettings settings) {
    return hookd(1)
        .requirements(Input.of(tree), Set.of(Product.WHEEL), settings)
        .extra()
        .getOrDefault(Product.WHEEL, List.of());
  }

  private BuildSettings settingsFor(String name) {
    return settings()
        .configSettings(ConfigSettings.ofJson("{\"all\": 1}"))
        .environment(Map.of("ALL", "a", "OWN", "of all"))
        .requirements(
            RequirementOptions.builder()
                .forPackage(
                    name,
                    own ->
                        own.withConfigSettings(ConfigSettings.ofJson("{\"own\": 2}"))
                            .withEnvironment(Map.of("OWN", "o")))
                .build())
        .build();
  }

  private static void table(Path tree, String text) throws IOException {
    Files.writeString(tree.resolve("pyproject.toml"), text, StandardOpenOption.APPEND);
  }

  @Test
  void ofANamedProject_replaceConfigSettings_andAddVariables() throws IOException {
    Path tree = tree(SEEN);
    table(tree, "[project]\nname = 'Its_Name'\nversion = '1'\n");

    assertThat(seenBy(tree, settingsFor("its-name"))).startsWith("{\"own\": 2}", "a", "o");
    assertThat(seenBy(tree, settingsFor("other"))).startsWith("{\"all\": 1}", "a", "of all");
  }

  @Test
  void ofAnSdist_goByThePkgInfo() throws IOException {
    Path tree = tree(SEEN);
    table(tree, "[project]\nname = 'table'\nversion = '1'\n");
    Files.writeString(
        tree.resolve("PKG-INFO"), "Metadata-Version: 2.1\nname:  Info \n\nName: description\n");

    assertThat(seenBy(tree, settingsFor("info"))).startsWith("{\"own\": 2}");
    assertThat(seenBy(tree, settingsFor("table"))).startsWith("{\"all\": 1}");
    assertThat(seenBy(tree, settingsFor("description"))).startsWith("{\"all\": 1}");
  }

  @Test
  void ofAProjectWithoutAName_doNotApply() throws IOException {
    Path tree = tree(SEEN);
    assertThat(seenBy(tree, settingsFor("name"))).startsWith("{\"all\": 1}");
    table(tree, "[project]\nname = 3\n");
    assertThat(seenBy(tree, settingsFor("name"))).startsWith("{\"all\": 1}");
  }

  @Test
  void withoutIsolation_runsInTheInterpreterAsItIs() throws IOException {
    Path tree = tree(Trees.requires("return [sys.prefix]"));
    table(tree, "[project]\nname = 'one'\nversion = '1'\n");
    RequirementOptions options =
        RequirementOptions.builder()
            .forPackage("one", own -> own.withBuildIsolation(false))
            .build();

    String isolated = seenBy(tree, settings().build()).get(0);
    String asItIs = seenBy(tree, settings().requirements(options).build()).get(0);

    assertThat(isolated).startsWith(cache.toRealPath().toString());
    assertThat(asItIs).doesNotStartWith(cache.toRealPath().toString());
  }

  @Test
  void extraRequirements_areInTheEnvironmentFromTheFirstHookOn() throws Exception {
    Path tree = tree(Trees.requires("import never_to_be_found"));
    table(tree, "[project]\nname = 'one'\nversion = '1'\n");
    RequirementOptions options =
        RequirementOptions.builder()
            .forPackage("one", own -> own.withExtraRequirements(List.of("never-to-be-found")))
            .build();

    // There is no index: that it is asked for shows in what cannot be had.
    assertThat(
            failureOf(
                hookd(1)
                    .requirementsAsync(
                        Input.of(tree),
                        Set.of(Product.WHEEL),
                        settings().requirements(options).build())))
        .isInstanceOf(EnvironmentFailedException.class)
        .hasMessageContaining("never-to-be-found");
  }

  @Test
  void variablesOfTheCaller_doNotReachHooks_unlessTheyAreAllowed() throws IOException {
    Path tree = tree(Trees.requires("return sorted(os.environ)"));
    Map<String, String> caller = new HashMap<>(System.getenv());
    caller.put("PIP_CONFIG_FILE", "/dev/null");
    for (String secret : List.of("PYTHONPATH", "PIP_INDEX_URL", "UV_INDEX_URL", "MY_TOKEN")) {
      caller.put(secret, "/secret");
    }
    caller.put("CFLAGS", "-O1");

    Hookd hookd = closedLater(builder(1).environment(caller).build());

    assertThat(
            hookd
                .requirements(Input.of(tree), Set.of(Product.WHEEL), settings().build())
                .extra()
                .getOrDefault(Product.WHEEL, List.of()))
        .contains("CFLAGS", "PATH")
        .noneMatch(name -> name.matches("(PIP|UV|PYTHON).*|.*TOKEN.*"));
  }
}
