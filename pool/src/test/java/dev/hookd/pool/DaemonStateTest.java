package dev.hookd.pool;

import static dev.hookd.pool.DaemonState.BUSY;
import static dev.hookd.pool.DaemonState.GONE;
import static dev.hookd.pool.DaemonState.IDLE;
import static dev.hookd.pool.DaemonState.STARTING;
import static dev.hookd.pool.DaemonState.STOPPING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DaemonStateTest {

  /** Written a second time on purpose: a change of the table has to be meant. */
  private static final Map<DaemonState, Set<DaemonState>> ALLOWED =
      Map.of(
          STARTING, EnumSet.of(IDLE, BUSY, STOPPING, GONE),
          IDLE, EnumSet.of(BUSY, STOPPING),
          BUSY, EnumSet.of(BUSY, IDLE, STOPPING),
          STOPPING, EnumSet.of(GONE),
          GONE, EnumSet.noneOf(DaemonState.class));

  @ParameterizedTest
  @EnumSource
  void become_allowsWhatTheTableSaysAndNothingElse(DaemonState from) {
    for (DaemonState to : DaemonState.values()) {
      boolean allowed = ALLOWED.getOrDefault(from, Set.of()).contains(to);
      assertThat(from.canBecome(to)).as(from + " to " + to).isEqualTo(allowed);
      if (allowed) {
        assertThat(from.become(to)).isEqualTo(to);
      } else {
        assertThatIllegalStateException()
            .isThrownBy(() -> from.become(to))
            .withMessageContaining(from + " to " + to);
      }
    }
  }
}
