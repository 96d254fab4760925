package dev.hookd.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.metadata.CoreMetadata;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Hook;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class HookInterceptorTest extends FrontendFixture {

  /** The backends need nothing, so that no environment need be made. */
  @Override
  BuildSettings.Builder settings() {
    return super.settings().buildIsolation(false);
  }

  private static final Set<Product> WHEEL = Set.of(Product.WHEEL);

  private final List<String> seen = new CopyOnWriteArrayList<>();

  /** Notes what it sees. */
  private class Noting implements HookInterceptor {

    private final String id;

    Noting(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public HookContext before(HookContext context) {
      seen.add("%s before %s".formatted(id, context.hook().wireName()));
      return context;
    }

    @Override
    public void after(HookOutcome outcome) {
      Path product = outcome.product();
      String made = product == null ? "nothing" : String.valueOf(product.getFileName());
      seen.add("%s after %s".formatted(id, made));
    }
  }

  /** The rule of a company: nothing that is not marked as private leaves the house. */
  private static final class MustBePrivate implements HookInterceptor {

    @Override
    public String id() {
      return "must-be-private-1";
    }

    @Override
    public void after(HookOutcome outcome) {
      Optional<CoreMetadata> metadata = outcome.metadata();
      if (metadata.isPresent()
          && !metadata.get().all("Classifier").contains("Private :: Do Not Upload")) {
        throw new HookVetoedException(
            metadata.get() + " is not marked as private",
            "add the classifier \"Private :: Do Not Upload\"");
      }
    }
  }

  private Hookd hookd(HookInterceptor... interceptors) {
    Hookd.Builder builder = builder(1);
    for (HookInterceptor interceptor : interceptors) {
      builder.interceptor(interceptor);
    }
    return closedLater(builder.build());
  }

  @Test
  void interceptors_standAroundEachHook_likeLayers() {
    Hookd hookd = hookd(new Noting("outer"), new Noting("inner"));

    Path tree = tree(Trees.requires("return []"), Trees.WHEEL);

    hookd.requirements(Input.of(tree), WHEEL, settings().build());
    hookd.build(Input.of(tree), WHEEL, directory, settings().build());

    assertThat(seen)
        .containsExactly(
            "outer before get_requires_for_build_wheel",
            "inner before get_requires_for_build_wheel",
            "inner after nothing",
            "outer after nothing",
            "outer before prepare_metadata_for_build_wheel", // which the backend does not define
            "inner before prepare_metadata_for_build_wheel",
            "outer before build_wheel",
            "inner before build_wheel",
            "inner after example-1.0-py3-none-any.whl",
            "outer after example-1.0-py3-none-any.whl");
  }

  @Test
  void ruleOnMetadata_vetoesThePreparedOnes_andTheWheel_beforeAnybodyHasThem() throws IOException {
    Path output = directory.resolve("output");
    Path prepares = Trees.of(directory.resolve("prepares"), Trees.PREPARE, Trees.WHEEL);
    Path builds = Trees.of(directory.resolve("builds"), Trees.WHEEL);
    Path keeps =
        Trees.withMetadata(
            directory.resolve("keeps"),
            Trees.METADATA + "Classifier: Private :: Do Not Upload\n",
            Trees.PREPARE,
            Trees.WHEEL);
    Hookd hookd = hookd(new MustBePrivate());

    for (Path tree : List.of(prepares, builds)) {
      assertThatThrownBy(() -> hookd.build(Input.of(tree), WHEEL, output, settings().build()))
          .isInstanceOfSatisfying(
              HookVetoedException.class,
              veto -> {
                assertThat(veto).hasMessage("example 1.0 is not marked as private");
                assertThat(veto.hint().orElseThrow()).contains("Do Not Upload");
                assertThat(veto.kind()).isEqualTo("Vetoed");
              });
      assertThatThrownBy(() -> hookd.metadata(Input.of(tree), settings().build()))
          .isInstanceOf(HookVetoedException.class);
      assertThat(names(output)).isEmpty();
    }
    hookd.build(Input.of(keeps), WHEEL, output, settings().build());
    assertThat(names(output)).hasSize(1);
  }

  @Test
  void before_changesSettingsAndVariables() {
    HookInterceptor changing =
        new Noting("changing") {
          @Override
          public HookContext before(HookContext context) {
            assertThat(Objects.requireNonNull(context.configSettings()).toJson()).contains("mine");
            return context
                .withConfigSettings(ConfigSettings.of(Map.of("theirs", "1")))
                .withEnvironment(Map.of("COMPANY", "set"));
          }
        };
    String answer = "return [json.dumps(config_settings), os.environ['COMPANY']]";
    BuildSettings settings =
        settings().configSettings(ConfigSettings.of(Map.of("mine", "1"))).build();

    RequirementsResult result =
        hookd(changing).requirements(Input.of(tree(Trees.requires(answer))), WHEEL, settings);

    assertThat(result.extra().get(Product.WHEEL)).containsExactly("{\"theirs\": \"1\"}", "set");
  }

  @Test
  void veto_before_meansThatNoHookRuns() {
    HookInterceptor refusing =
        new Noting("refusing") {
          @Override
          public HookContext before(HookContext context) {
            throw new HookVetoedException("not on my machine", null);
          }
        };
    Path tree = tree("open('ran', 'w').close()", Trees.WHEEL);

    assertThatThrownBy(
            () ->
                hookd(refusing, new Noting("second"))
                    .build(Input.of(tree), WHEEL, directory, settings().build()))
        .isInstanceOf(HookVetoedException.class)
        .hasMessage("not on my machine");
    assertThat(seen).isEmpty();
    assertThat(tree.resolve("ran")).doesNotExist();
  }

  @Test
  void interceptor_thatFails_orReachesTooFar_failsTheCall() {
    HookInterceptor buggy =
        new Noting("buggy") {
          @Override
          public void after(HookOutcome outcome) {
            throw new IllegalStateException("its bug");
          }
        };
    HookInterceptor reaching =
        new Noting("reaching") {
          @Override
          public HookContext before(HookContext context) {
            return new HookContext(
                context.sourceTree(),
                Hook.BUILD_SDIST,
                BuildBackend.of("other"),
                context.configSettings(),
                context.environment());
          }
        };
    Path tree = tree(Trees.requires("return []"));

    assertThatThrownBy(() -> hookd(buggy).requirements(Input.of(tree), WHEEL, settings().build()))
        .isInstanceOf(InterceptorFailedException.class)
        .hasMessageContaining("buggy")
        .hasRootCauseMessage("its bug");
    assertThatThrownBy(
            () -> hookd(reaching).requirements(Input.of(tree), WHEEL, settings().build()))
        .isInstanceOf(InterceptorFailedException.class)
        .hasMessageContaining("reaching");
    assertThatThrownBy(() -> builder(1).interceptor(new Noting("")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
