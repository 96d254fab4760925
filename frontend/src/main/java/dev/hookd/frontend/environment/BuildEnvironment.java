package dev.hookd.frontend.environment;

import dev.hookd.frontend.interpreter.PythonInterpreter;
import dev.hookd.frontend.system.Fingerprint;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where hooks run: a frozen, complete environment; or, without isolation, an interpreter as it is.
 *
 * @param id the hash of what is in it; environments of the same id are interchangeable
 * @param root the environment's directory ({@code sys.prefix})
 * @param python the interpreter to start; absolute
 * @param variables the whole environment of a hook's process: the allowed ones of the caller's and
 *     {@code PATH} with {@code python}'s directory first
 * @param learned where daemons keep what they learn about an environment of this id; may be
 *     missing, and need not be writable. {@code null} where nothing is kept, because what is
 *     installed may change
 */
public record BuildEnvironment(
    String id, Path root, Path python, Map<String, String> variables, @Nullable Path learned) {

  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  public BuildEnvironment {
    variables = Collections.unmodifiableMap(new TreeMap<>(variables));
  }

  /**
   * No isolation: the interpreter with whatever is installed in it, and the caller's whole
   * environment, {@code PYTHONPATH} included. Its id says which interpreter and which variables
   * (their hash, so that no value can be read from it), but not what is installed: that may change
   * under it.
   */
  public static BuildEnvironment ofInterpreter(
      PythonInterpreter interpreter, Map<String, String> callerEnvironment) {
    String hash =
        new Fingerprint()
            .add("interpreter", interpreter.identity())
            .add("executable", interpreter.executable().toString())
            .add("prefix", interpreter.prefix().toString())
            .add("variables", callerEnvironment)
            .hex();
    return new BuildEnvironment(
        "interpreter-" + hash,
        interpreter.prefix(),
        interpreter.executable(),
        callerEnvironment,
        null);
  }

  static BuildEnvironment isolated(
      String id, Path root, Map<String, String> hookVariables, Path learned) {
    Path bin = root.resolve("bin");
    TreeMap<String, String> variables = new TreeMap<>(hookVariables);
    String path = variables.getOrDefault("PATH", "");
    variables.put("PATH", bin + ":" + (path.isEmpty() ? DEFAULT_PATH : path));
    variables.put("VIRTUAL_ENV", root.toString());
    return new BuildEnvironment(id, root, bin.resolve("python"), variables, learned);
  }

  /** Without the variables: their values are nobody's business in a log. */
  @Override
  public String toString() {
    return "BuildEnvironment[" + id + ", python=" + python + "]";
  }
}
