package dev.hookd.frontend.build;

import dev.hookd.client.HookResult;
import dev.hookd.frontend.HookContext;
import dev.hookd.frontend.HookInterceptor;
import dev.hookd.frontend.HookOutcome;
import dev.hookd.frontend.HookVetoedException;
import dev.hookd.frontend.InterceptorFailedException;
import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookRequest;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The interceptors of a front end, in their order. Thread-safe, as each of them is. */
final class Interceptors {

  private final List<HookInterceptor> all;

  Interceptors(List<HookInterceptor> all) {
    this.all = List.copyOf(all);
  }

  /**
   * What the hook is to be called with.
   *
   * @throws HookVetoedException if it is not to be called
   * @throws InterceptorFailedException if nobody knows
   */
  HookContext before(HookContext asked) {
    HookContext context = asked;
    for (HookInterceptor interceptor : all) {
      HookContext changed;
      try {
        changed = interceptor.before(context);
      } catch (RuntimeException e) {
        throw refusal(interceptor, context.hook(), e);
      }
      if (!changed.sourceTree().equals(asked.sourceTree())
          || changed.hook() != asked.hook()
          || !changed.backend().equals(asked.backend())) {
        throw new InterceptorFailedException(
            "the interceptor %s has changed the tree, the hook or the backend of %s"
                .formatted(interceptor.id(), asked.hook().wireName()),
            null);
      }
      context = changed;
    }
    return context;
  }

  /**
   * Lets them look at what came of it.
   *
   * @throws HookVetoedException if it must not be used
   * @throws InterceptorFailedException if nobody knows
   * @throws InvalidProjectException if the backend did not make what it says
   */
  void after(HookContext context, HookRequest request, HookResult result) {
    if (all.isEmpty()) {
      return;
    }
    Path product = product(request, result);
    HookOutcome outcome = new HookOutcome(context, result, product);
    for (int i = all.size() - 1; i >= 0; i--) {
      try {
        all.get(i).after(outcome);
      } catch (RuntimeException e) {
        throw refusal(all.get(i), context.hook(), e);
      }
    }
  }

  private static @Nullable Path product(HookRequest request, HookResult result) {
    if (request.hook().returns() != Hook.Returns.BASENAME) {
      return null;
    }
    Path directory =
        switch (request.hook()) {
          case BUILD_SDIST -> request.arguments().sdistDirectory();
          case BUILD_WHEEL, BUILD_EDITABLE -> request.arguments().wheelDirectory();
          default -> request.arguments().metadataDirectory();
        };
    return directory == null ? null : HookProducts.of(request.hook(), result, directory);
  }

  /** A veto, and what is wrong with the project itself, pass as they are. */
  private static RuntimeException refusal(
      HookInterceptor interceptor, Hook hook, RuntimeException e) {
    if (e instanceof HookVetoedException || e instanceof InvalidProjectException) {
      return e;
    }
    return new InterceptorFailedException(
        "the interceptor %s failed at %s: %s".formatted(interceptor.id(), hook.wireName(), e), e);
  }
}
