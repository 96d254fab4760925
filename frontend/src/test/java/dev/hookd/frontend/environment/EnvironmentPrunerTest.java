package dev.hookd.frontend.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.frontend.environment.EnvironmentPruner.Reason;
import dev.hookd.frontend.environment.EnvironmentPruner.Removal;
import dev.hookd.frontend.environment.EnvironmentPruner.Result;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.CacheUser;
import dev.hookd.frontend.system.FileLocks;
import dev.hookd.frontend.system.HeardOfCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which environments go, and which stay. */
@Timeout(120)
class EnvironmentPrunerTest extends BuildEnvironmentsFixture {

  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  private static final long ALL = Long.MAX_VALUE;

  private final HeardOfCache heard = new HeardOfCache();

  private EnvironmentPruner pruner() {
    return new EnvironmentPruner(
        CacheDirectory.at(cache).heardBy(heard), Clock.fixed(NOW, ZoneOffset.UTC));
  }

  /** A directory that looks like an environment's, and a request that leads to it. */
  private Path pretend(int number, long bytes, Duration unused) throws IOException {
    String id = id(number);
    Path directory = cache.resolve("environments").resolve(id);
    Path python = Files.createDirectories(directory.resolve("0a/bin")).resolve("python");
    Files.createSymbolicLink(python, this.python.executable());
    Files.writeString(
        directory.resolve("0a").resolve(EnvironmentStore.MANIFEST),
        """
        {"format": 1, "created": "2026-11-20T10:00:00Z", "requirements": [], "installer": "none",
         "interpreter": {"executable": "/p", "implementation": "c", "version": "3", "platform": "x"},
         "resolved": []}
        """);
    Path used = Files.writeString(directory.resolve("used"), String.valueOf(bytes));
    Files.setLastModifiedTime(used, FileTime.from(NOW.minus(unused)));
    Path requests = Files.createDirectories(cache.resolve("environments/requests"));
    Files.writeString(requests.resolve("request" + number), id + " 2026-11-20T10:00:00Z\n");
    return directory;
  }

  private static String id(int number) {
    return "%032d".formatted(number);
  }

  private static List<String> ids(Result result) {
    return result.removed().stream().map(Removal::id).toList();
  }

  @Test
  void prune_toABound_removesThoseUsedLeastRecently_withTheirRequests() throws Exception {
    Path recent = pretend(1, 40, Duration.ofHours(2));
    Path old = pretend(2, 40, Duration.ofHours(9));
    pretend(3, 40, Duration.ofHours(5));

    Result wouldBe = pruner().prune(null, 50, true);
    assertThat(old).exists();
    Result result = pruner().prune(null, 50, false);

    assertThat(result).isEqualTo(wouldBe);
    assertThat(ids(result)).containsExactly(id(2), id(3));
    assertThat(result.removed()).extracting(Removal::reason).containsOnly(Reason.BOUND);
    assertThat(heard.events).containsExactly("environments evicted 40", "environments evicted 40");
    assertThat(result.bytesLeft()).isEqualTo(40);
    assertThat(old).doesNotExist();
    assertThat(recent).exists();
    assertThat(cache.resolve("environments/requests/request1")).exists();
    assertThat(cache.resolve("environments/requests/request2")).doesNotExist();
    assertThat(cache.resolve("trash")).isEmptyDirectory();
  }

  @Test
  void prune_byAge_leavesThoseThatAreInUse() throws Exception {
    pretend(1, 40, Duration.ofDays(30));
    Path inUse = pretend(2, 40, Duration.ofDays(30));
    pretend(3, 40, Duration.ofDays(1));
    try (CacheUser user = new CacheUser(CacheDirectory.at(cache))) {
      user.need(EnvironmentUses.KIND, id(2));

      Result result = pruner().prune(Duration.ofDays(7), ALL, false);

      assertThat(ids(result)).containsExactly(id(1));
      assertThat(result.removed()).extracting(Removal::reason).containsOnly(Reason.UNUSED);
      assertThat(result.inUse()).isOne();
      assertThat(result.bytesLeft()).isEqualTo(80);
      assertThat(inUse).exists();
      assertThat(pruner().prune(null, 0, false).inUse()).isOne();
      assertThat(inUse).exists();
    }
  }

  @Test
  void prune_always_removesWhatCannotBeUsed_butNotWhatIsBeingMade() throws Exception {
    Path half = pretend(1, 1, Duration.ZERO);
    Files.delete(half.resolve("0a").resolve(EnvironmentStore.MANIFEST));
    Path being = pretend(2, 1, Duration.ZERO);
    Files.delete(being.resolve("0a").resolve(EnvironmentStore.MANIFEST));
    Path withoutPython = pretend(3, 1, Duration.ZERO);
    Files.delete(withoutPython.resolve("0a/bin/python"));
    Path whole = pretend(4, 1, Duration.ZERO);
    try (FileLocks.Held made =
        new EnvironmentStore(CacheDirectory.at(cache)).lock(id(2), lock -> {})) {
      assertThat(made).isNotNull();
      Result result = pruner().prune(null, ALL, false);
      assertThat(ids(result)).containsExactly(id(1), id(3));
      assertThat(result.removed()).extracting(Removal::reason).containsOnly(Reason.UNUSABLE);
      assertThat(heard.events).containsExactly("environments damaged", "environments damaged");
    }
    assertThat(List.of(being, whole)).allSatisfy(each -> assertThat(each).exists());
  }

  @Test
  void prune_withoutEnvironments_doesNothing() throws Exception {
    assertThat(pruner().prune(Duration.ofDays(1), 0, false)).isEqualTo(new Result(List.of(), 0, 0));
  }

  @Test
  void get_keepsTheCacheWithinItsBound_butNothingOfWhatItUsesItself() throws Exception {
    Path old = pretend(1, 1 << 20, Duration.ofDays(9));
    try (BuildEnvironments environments =
        new BuildEnvironments(
            config().cache(CacheDirectory.at(cache).heardBy(heard)).maxBytes(1).build())) {
      BuildEnvironment made = environments.get(spec());

      assertThat(old).doesNotExist();
      assertThat(made.root()).exists();
      assertThat(environments.get(spec())).isEqualTo(made);
      assertThat(heard.events)
          .containsExactly(
              "environments miss", "environments evicted " + (1 << 20), "environments disk");
      assertThat(environments.existing(spec())).contains(made);
    }
    assertThat(pruner().prune(null, 0, false).removed()).hasSize(1);
  }

  @Test
  void hold_keepsAnEnvironment_thatOtherwiseIsKeptForSomeTimeOnly() throws Exception {
    EnvironmentsConfig config = config().keepAfterUse(Duration.ZERO).build();
    try (BuildEnvironments environments = new BuildEnvironments(config)) {
      BuildEnvironment made = environments.get(spec());
      BuildEnvironments.Hold first = environments.hold(made);
      BuildEnvironments.Hold second = environments.hold(made);
      first.close();
      pretend(1, 1, Duration.ZERO);
      useAnother(environments);
      assertThat(pruner().prune(null, 0, false).inUse()).isEqualTo(2);
      second.close();
      pretend(2, 1, Duration.ZERO);
      useAnother(environments);

      assertThat(pruner().prune(null, 0, false).removed())
          .anySatisfy(each -> assertThat(each.id()).isEqualTo(made.id()));
      assertThat(environments.existing(spec())).isEmpty();
    }
  }

  /** What is no longer needed is forgotten when something else is used for the first time. */
  private void useAnother(BuildEnvironments environments) throws IOException {
    Path newest =
        cache
            .resolve("environments")
            .resolve(Files.exists(cache.resolve("environments").resolve(id(2))) ? id(2) : id(1));
    environments
        .hold(
            new BuildEnvironment(
                String.valueOf(newest.getFileName()),
                newest.resolve("0a"),
                newest.resolve("0a/bin/python"),
                java.util.Map.of(),
                newest.resolve("learned")))
        .close();
  }

  @Test
  void touch_isForgetful_soThatHardlyAnyUseWrites() throws Exception {
    Path used = pretend(1, 1, Duration.ofMinutes(59)).resolve("used");
    EnvironmentStore store = new EnvironmentStore(CacheDirectory.at(cache));

    store.touch(id(1), NOW);
    assertThat(Files.getLastModifiedTime(used).toInstant())
        .isEqualTo(NOW.minus(Duration.ofMinutes(59)));
    store.touch(id(1), NOW.plus(Duration.ofMinutes(2)));
    assertThat(Files.getLastModifiedTime(used).toInstant())
        .isEqualTo(NOW.plus(Duration.ofMinutes(2)));
    assertThat(store.usage(id(1)).bytes()).isOne();
  }
}
