package dev.hookd.frontend.interpreter;

import dev.hookd.frontend.requirement.Version;
import dev.hookd.frontend.system.ChildProcess;
import dev.hookd.frontend.system.FileWitness;
import dev.hookd.frontend.system.Fingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** Asks an executable which Python it is, by running it. */
final class InterpreterProbe {

  private static final String MARK = "hookd-probe ";

  /**
   * Runs on any Python, so that an old one can be called old. The working directory is taken off
   * the path first: a file json.py in it must not be ours. One line of output for each fact, since
   * a sitecustomize may print too.
   */
  private static final String SCRIPT =
      """
      import sys
      sys.path[:] = [p for p in sys.path if p]
      import os
      def tell(name, value):
          print('hookd-probe %s=%s' % (name, value))
      tell('executable', os.path.abspath(sys.executable))
      tell('base_executable', os.path.realpath(getattr(sys, '_base_executable', None) or sys.executable))
      implementation = getattr(sys, 'implementation', None)
      tell('implementation', getattr(implementation, 'name', 'cpython'))
      tell('cache_tag', getattr(implementation, 'cache_tag', ''))
      tell('abiflags', getattr(sys, 'abiflags', ''))
      tell('hexversion', sys.hexversion)
      level = {'alpha': 'a', 'beta': 'b', 'candidate': 'rc'}.get(sys.version_info[3])
      tell('version', '%d.%d.%d' % sys.version_info[:3] + ('%s%d' % (level, sys.version_info[4]) if level else ''))
      tell('build', ' '.join(sys.version.split()))
      tell('prefix', sys.prefix)
      tell('base_prefix', getattr(sys, 'base_prefix', sys.prefix))
      tell('platform', '%s-%s' % (sys.platform, os.uname()[4] if hasattr(os, 'uname') else ''))
      try:
          from importlib.machinery import EXTENSION_SUFFIXES
      except ImportError:
          EXTENSION_SUFFIXES = []
      tell('extension_suffix', (EXTENSION_SUFFIXES or [''])[0])
      import sysconfig
      tag = sysconfig.get_platform().replace('-', '_').replace('.', '_')
      if sys.maxsize < 2 ** 32:  # on a kernel of 64 bits
          tag = {'linux_x86_64': 'linux_i686', 'linux_aarch64': 'linux_armv8l'}.get(tag, tag)
      tell('platform_tag', tag)
      try:
          tell('libc', os.confstr('CS_GNU_LIBC_VERSION') or '')
      except (AttributeError, OSError, ValueError):
          tell('libc', 'musl' if 'musl' in (EXTENSION_SUFFIXES or [''])[0] else '')
      tell('library', os.path.abspath(os.__file__))
      """;

  /** Facts by name, and what the process said when they are incomplete. */
  record Answer(Map<String, String> facts, ChildProcess.Outcome outcome) {
    String fact(String name) {
      return facts.getOrDefault(name, "");
    }

    boolean complete() {
      return outcome.succeeded() && facts.containsKey("library");
    }
  }

  private InterpreterProbe() {}

  /**
   * Runs {@code executable} in {@code directory}, which decides what a version manager's shim
   * means.
   */
  static Answer ask(
      Path executable, Path directory, Map<String, String> variables, Duration timeout)
      throws IOException, InterruptedException {
    ChildProcess.Outcome outcome =
        ChildProcess.run(
            List.of(executable.toString(), "-E", "-s", "-c", SCRIPT),
            directory,
            variables,
            timeout,
            line -> {});
    Map<String, String> facts = new LinkedHashMap<>();
    for (String line : outcome.tail()) {
      int equals = line.indexOf('=');
      if (line.startsWith(MARK) && equals > 0) {
        facts.put(line.substring(MARK.length(), equals), line.substring(equals + 1));
      }
    }
    return new Answer(facts, outcome);
  }

  /**
   * @param started what was run: kept as the executable unless it is a shim, that is unless the
   *     interpreter says it is another file
   */
  static PythonInterpreter interpreter(Path started, Answer answer) throws IOException {
    Path own = Path.of(answer.fact("executable"));
    Path executable = started.toRealPath().equals(own.toRealPath()) ? started : own;
    Path base = Path.of(answer.fact("base_executable"));
    FileWitness binary = FileWitness.of(base);
    Fingerprint identity = new Fingerprint();
    for (String fact :
        List.of(
            "implementation",
            "cache_tag",
            "abiflags",
            "build",
            "base_prefix",
            "platform",
            "base_executable")) {
      identity.add(fact, answer.fact(fact));
    }
    identity.add("binary", binary.state());
    return new PythonInterpreter(
        executable,
        base,
        answer.fact("implementation"),
        answer.fact("version"),
        Path.of(answer.fact("prefix")),
        Path.of(answer.fact("base_prefix")),
        answer.fact("platform"),
        tags(answer),
        identity.hex());
  }

  private static PlatformTags tags(Answer answer) {
    String[] version = answer.fact("version").split("[.abr]", 3);
    String digits = version[0] + (version.length > 1 ? version[1] : "");
    String flags = answer.fact("abiflags");
    String suffix = answer.fact("extension_suffix");
    boolean isPypy = answer.fact("implementation").equals("pypy");
    String python = (isPypy ? "pp" : "cp") + digits;
    // PyPy: .pypy310-pp73-x86_64-linux-gnu.so
    String[] parts = suffix.replaceFirst("^\\.", "").split("-", 3);
    return new PlatformTags(
        python,
        isPypy ? (parts.length > 1 ? parts[0] + "_" + parts[1] : "none") : python + flags,
        answer.fact("platform_tag"),
        answer.fact("libc"),
        suffix,
        flags.contains("t"));
  }

  static void store(PythonInterpreter interpreter, Properties into) {
    into.setProperty("executable", interpreter.executable().toString());
    into.setProperty("base_executable", interpreter.baseExecutable().toString());
    into.setProperty("implementation", interpreter.implementation());
    into.setProperty("version", interpreter.version());
    into.setProperty("prefix", interpreter.prefix().toString());
    into.setProperty("base_prefix", interpreter.basePrefix().toString());
    into.setProperty("platform", interpreter.platform());
    PlatformTags tags = interpreter.tags();
    into.setProperty("tag.python", tags.python());
    into.setProperty("tag.abi", tags.abi());
    into.setProperty("tag.platform", tags.platform());
    into.setProperty("libc", tags.libc());
    into.setProperty("extension_suffix", tags.extensionSuffix());
    into.setProperty("free_threaded", Boolean.toString(tags.freeThreaded()));
    into.setProperty("identity", interpreter.identity());
  }

  static Optional<PythonInterpreter> load(Properties from) {
    if (!from.containsKey("identity")
        || Version.tryParse(from.getProperty("version", "")).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new PythonInterpreter(
            Path.of(from.getProperty("executable", "")),
            Path.of(from.getProperty("base_executable", "")),
            from.getProperty("implementation", ""),
            from.getProperty("version", ""),
            Path.of(from.getProperty("prefix", "")),
            Path.of(from.getProperty("base_prefix", "")),
            from.getProperty("platform", ""),
            new PlatformTags(
                from.getProperty("tag.python", ""),
                from.getProperty("tag.abi", ""),
                from.getProperty("tag.platform", ""),
                from.getProperty("libc", ""),
                from.getProperty("extension_suffix", ""),
                Boolean.parseBoolean(from.getProperty("free_threaded"))),
            from.getProperty("identity", "")));
  }
}
