package dev.hookd.frontend.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedRequestsTest {

  private final SharedRequests<String, String> shared = new SharedRequests<>();
  private final List<CompletableFuture<String>> started = new ArrayList<>();

  private CompletableFuture<String> join(String key) {
    return shared.join(
        key,
        () -> {
          CompletableFuture<String> work = new CompletableFuture<>();
          started.add(work);
          return work;
        });
  }

  @Test
  void join_sameKey_isOneRun_otherKeyAnother() throws Exception {
    CompletableFuture<String> first = join("a");
    CompletableFuture<String> second = join("a");
    CompletableFuture<String> other = join("b");

    assertThat(started).hasSize(2);
    started.get(0).complete("x");
    assertThat(first.get()).isEqualTo("x");
    assertThat(second.get()).isEqualTo("x");
    assertThat(other).isNotDone();
    assertThat(join("a")).isNotDone();
    assertThat(started).hasSize(3);
  }

  @Test
  void cancel_ofOne_leavesTheOthersTheirs() throws Exception {
    CompletableFuture<String> first = join("a");
    CompletableFuture<String> second = join("a");

    assertThat(first.cancel(true)).isTrue();
    assertThat(first.cancel(true)).as("again").isTrue();

    assertThat(started.get(0)).isNotDone();
    started.get(0).complete("x");
    assertThat(second.get()).isEqualTo("x");
  }

  @Test
  void cancel_ofAll_cancelsTheRun_andTheNextStartsAnew() {
    CompletableFuture<String> first = join("a");
    CompletableFuture<String> second = join("a");

    first.cancel(true);
    second.cancel(true);

    assertThat(started.get(0)).isCancelled();
    assertThat(join("a")).isNotDone();
    assertThat(started).hasSize(2);
  }

  @Test
  void failure_isEverybodys_andStartThatThrowsNobodysElse() {
    CompletableFuture<String> first = join("a");
    CompletableFuture<String> second = join("a");
    IllegalStateException failure = new IllegalStateException("x");
    started.get(0).completeExceptionally(failure);

    for (CompletableFuture<String> caller : List.of(first, second)) {
      assertThatThrownBy(caller::get).isInstanceOf(ExecutionException.class).hasCause(failure);
    }
    assertThatThrownBy(
            () ->
                shared.join(
                    "a",
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(join("a")).isNotDone();
  }
}
