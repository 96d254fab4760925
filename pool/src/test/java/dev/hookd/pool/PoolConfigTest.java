package dev.hookd.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PoolConfigTest {

  static Stream<Arguments> bad() {
    return Stream.of(
        bad("maxDaemons must be at least 1, got: 0", config -> config.maxDaemons(0)),
        bad(
            "maxDaemonsPerKey must not exceed maxDaemons (2), got: 3",
            config -> config.maxDaemons(2).maxDaemonsPerKey(3)),
        bad("maxDaemonsPerKey must be at least 1, got: -1", config -> config.maxDaemonsPerKey(-1)),
        bad("maxQueue must be at least 1, got: 0", config -> config.maxQueue(0)),
        bad("idleTimeout must be positive", config -> config.idleTimeout(Duration.ZERO)),
        bad("maxAge must be positive", config -> config.maxAge(Duration.ofSeconds(-1), 0)),
        bad("ageJitter must be", config -> config.maxAge(Duration.ofHours(1), 1.5)),
        bad("ageJitter must be", config -> config.maxAge(Duration.ofHours(1), Double.NaN)),
        bad("maxCalls must be at least 1", config -> config.maxCalls(0)),
        bad("fairnessWindow must not", config -> config.fairnessWindow(Duration.ofNanos(-1))),
        bad(
            "startBackoffCap must not be less than startBackoffBase (PT2S), got: PT1S",
            config -> config.startBackoff(Duration.ofSeconds(2), Duration.ofSeconds(1))),
        bad("maxStartFailures", config -> config.failFast(0, Duration.ofSeconds(1))),
        bad("failFast must be positive", config -> config.failFast(1, Duration.ZERO)),
        bad("maxWait must be positive", config -> config.maxWait(Duration.ZERO)),
        bad("verifyRate must be between 0 and 1, got: 1.5", config -> config.verifyRate(1.5)),
        bad("verifyRate must be", config -> config.verifyRate(-0.1)),
        bad("verifyRate must be", config -> config.verifyRate(Double.NaN)),
        bad("drainTimeout must not", config -> config.drainTimeout(Duration.ofNanos(-1))));
  }

  private static Arguments bad(String reason, Consumer<PoolConfig.Builder> setting) {
    return arguments(reason, setting);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void build_ofABadSetting_isRefusedWithTheReason(
      String reason, Consumer<PoolConfig.Builder> setting) {
    PoolConfig.Builder config = PoolConfig.builder();

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> {
              setting.accept(config);
              config.build();
            })
        .withMessageContaining(reason);
  }

  @Test
  void defaults_areOnePerCore() {
    PoolConfig config = PoolConfig.defaults();

    assertThat(config.maxDaemons()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(config.maxDaemonsPerKey()).isEqualTo(config.maxDaemons());
  }
}
