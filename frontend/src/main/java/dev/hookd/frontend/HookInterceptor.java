package dev.hookd.frontend;

/**
 * Stands before and after every hook that a {@link Hookd} calls: for rules of a company, without a
 * backend of its own. It may change what a hook is given, and veto a call or what came of it, by
 * throwing a {@link HookVetoedException}.
 *
 * <p>Called from the thread that works on the project, several projects at once: it must be
 * thread-safe. It must not call the {@link Hookd} it belongs to, whose threads and trees it holds
 * up.
 *
 * <p>Several stand around a hook like the layers of an onion: {@link #before} in the order in which
 * they were registered, each with what the one before it returned; {@link #after} the other way
 * round. The first one that throws ends the call. Anything but a {@link HookVetoedException} is
 * told as an {@link InterceptorFailedException}: a rule that could not be looked at does not count
 * as kept.
 *
 * <p>Not every answer comes from a hook: static metadata are read from the project's files. Where
 * the backend turns out not to define the hook, {@link #before} has been called and {@link #after}
 * is not.
 */
public interface HookInterceptor {

  /**
   * The name and the version of its rules, for example {@code "classifiers-3"}. Answers are cached
   * under it: one that lets other things pass, or gives hooks other settings, must have another id.
   * Stable over restarts; not empty.
   */
  String id();

  /**
   * Before a hook is called.
   *
   * @return what to call it with: {@code context}, or a copy with other config settings or
   *     variables; tree, hook and backend are not for it to change. What a hook of a build is given
   *     should be given to the others as well: a backend may need it in each
   * @throws HookVetoedException if it is not to be called
   */
  default HookContext before(HookContext context) {
    return context;
  }

  /**
   * After a hook has succeeded, before anybody gets what it made. The product may be read; it must
   * not be changed.
   *
   * @throws HookVetoedException if that must not be used; then the call has failed
   */
  default void after(HookOutcome outcome) {}
}
