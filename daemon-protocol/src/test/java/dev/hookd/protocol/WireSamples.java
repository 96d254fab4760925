package dev.hookd.protocol;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Every message of each dialect beside its line. */
final class WireSamples {

  /** A line without its end, and what it must be read as. */
  record Sample(String line, DaemonMessage message) {
    @Override
    public String toString() {
      return line.isEmpty() ? "an empty line" : line;
    }
  }

  /** Two-, three- and four-byte UTF-8. */
  static final String MULTIBYTE = "ä\u20ac\ud83d\udc0d";

  static final Sample HELLO =
      new Sample(
          "HELLO {\"protocol\": 1, \"daemon\": \"hookd.py\", \"version\": \"0.1.0\", \"pid\": 4711,"
              + " \"python\": {\"implementation\": \"cpython\", \"version\": \"3.11.7\","
              + " \"executable\": \"/path/bin/python\"}, \"platform\": \"linux\","
              + " \"features\": [\"run\", \"cancel\"], \"later\": {\"version\": 1.5}}",
          new DaemonMessage.Hello(
              new DaemonIdentity(
                  1,
                  "hookd.py",
                  "0.1.0",
                  4711,
                  "cpython",
                  "3.11.7",
                  "/path/bin/python",
                  "linux",
                  Set.of("run", "cancel"))));

  private static final List<Sample> BOTH =
      List.of(
          new Sample("READY", new DaemonMessage.Ready()),
          new Sample("SHUTDOWN", new DaemonMessage.Shutdown()),
          new Sample("OK", new DaemonMessage.Ok("")),
          new Sample("OK ", new DaemonMessage.Ok("")),
          new Sample("OK ['wheel >= 0.\\n']", new DaemonMessage.Ok("['wheel >= 0.\\n']")),
          new Sample("OK  two spaces", new DaemonMessage.Ok(" two spaces")),
          new Sample("OK \"" + MULTIBYTE + "\"", new DaemonMessage.Ok("\"" + MULTIBYTE + "\"")),
          new Sample("OK \ufffd", new DaemonMessage.Ok("\ufffd")));

  static final List<Sample> CLASSIC =
      concat(
          BOTH,
          new Sample("EXPECT action", new DaemonMessage.Expect(Expectation.ACTION)),
          new Sample("EXPECT build-backend", new DaemonMessage.Expect(Expectation.BUILD_BACKEND)),
          new Sample("DEBUG", new DaemonMessage.Debug("")),
          new Sample("DEBUG a\\nb " + MULTIBYTE, new DaemonMessage.Debug("a\nb " + MULTIBYTE)),
          new Sample("DEBUG nul \0 here", new DaemonMessage.Debug("nul \0 here")),
          new Sample("STDOUT /tmp/" + MULTIBYTE, new DaemonMessage.StdoutFile("/tmp/" + MULTIBYTE)),
          new Sample("STDERR /tmp/a b\\nc", new DaemonMessage.StderrFile("/tmp/a b\nc")),
          new Sample(
              "ERROR HookRuntimeError no\\nversion " + MULTIBYTE,
              new DaemonMessage.Failed(
                  HookError.classic(ErrorKind.HOOK_RUNTIME_ERROR, "no\nversion " + MULTIBYTE))),
          new Sample(
              "ERROR InvalidAction",
              new DaemonMessage.Failed(HookError.classic(ErrorKind.INVALID_ACTION, ""))),
          new Sample(
              "FATAL OSError no space\\nleft",
              new DaemonMessage.Fatal("OSError", "no space\nleft", null)),
          new Sample("FATAL", new DaemonMessage.Fatal("", "", null)),
          new Sample(
              "TRACEBACK Traceback:\\n  File \"x\"",
              new DaemonMessage.Traceback("Traceback:\n  File \"x\"")));

  static final List<Sample> EXTENDED =
      concat(
          BOTH,
          new Sample("DEBUG \"a\\nb \\u00e4\"", new DaemonMessage.Debug("a\nb ä")),
          new Sample("DEBUG \"\\ud800 alone\"", new DaemonMessage.Debug("\ud800 alone")),
          new Sample("STDOUT \"/tmp/x\\\\n\"", new DaemonMessage.StdoutFile("/tmp/x\\n")),
          new Sample("STDERR \"/tmp/\\udcff\"", new DaemonMessage.StderrFile("/tmp/\udcff")),
          new Sample(
              "WARNING {\"message\": \"old\", \"category\": \"builtins.UserWarning\","
                  + " \"filename\": \"setup.py\", \"lineno\": 3}",
              new DaemonMessage.Warned(
                  new HookWarning("old", "builtins.UserWarning", "setup.py", 3))),
          new Sample(
              "USAGE {\"wall\": 0.012, \"user\": 1, \"system\": 0, \"max_rss\": 28311552,"
                  + " \"isolation\": \"fork\"}",
              new DaemonMessage.Usage(
                  new HookUsage(
                      Duration.ofMillis(12),
                      Duration.ofSeconds(1),
                      Duration.ZERO,
                      28_311_552,
                      Isolation.FORK))),
          new Sample(
              "USAGE {\"wall\": 1e-3, \"user\": 0, \"system\": 0, \"max_rss\": 0,"
                  + " \"isolation\": \"fresh\", \"later\": []}",
              new DaemonMessage.Usage(
                  new HookUsage(
                      Duration.ofMillis(1), Duration.ZERO, Duration.ZERO, 0, Isolation.FRESH))),
          new Sample(
              "USAGE {\"wall\": 1, \"user\": 0, \"system\": 0, \"max_rss\": 0,"
                  + " \"isolation\": \"fork\", \"preloaded\": 57, \"saved\": 0.031}",
              new DaemonMessage.Usage(
                  new HookUsage(
                      Duration.ofSeconds(1),
                      Duration.ZERO,
                      Duration.ZERO,
                      0,
                      Isolation.FORK,
                      57,
                      Duration.ofMillis(31)))),
          new Sample(
              "ERROR {\"kind\": \"HookRuntimeError\", \"message\": \"no version\","
                  + " \"exception\": \"builtins.ValueError\", \"traceback\": \"Traceback\\n\","
                  + " \"unsupported_operation\": true, \"cancelled\": false}",
              new DaemonMessage.Failed(
                  new HookError(
                      ErrorKind.HOOK_RUNTIME_ERROR,
                      "no version",
                      "builtins.ValueError",
                      "Traceback\n",
                      true,
                      false))),
          new Sample(
              "ERROR {\"kind\": \"InvalidAction\", \"message\": \"\", \"exception\": null,"
                  + " \"traceback\": null, \"unsupported_operation\": false, \"cancelled\": true,"
                  + " \"later\": 1}",
              new DaemonMessage.Failed(
                  new HookError(ErrorKind.INVALID_ACTION, "", null, null, false, true))),
          new Sample(
              "FATAL {\"kind\": \"OSError\", \"message\": \"no space\", \"traceback\": \"T\"}",
              new DaemonMessage.Fatal("OSError", "no space", "T")),
          new Sample(
              "FATAL {\"kind\": \"OSError\", \"message\": \"\", \"traceback\": null}",
              new DaemonMessage.Fatal("OSError", "", null)));

  private WireSamples() {}

  private static List<Sample> concat(List<Sample> first, Sample... more) {
    List<Sample> all = new ArrayList<>(first);
    all.addAll(List.of(more));
    return List.copyOf(all);
  }
}
