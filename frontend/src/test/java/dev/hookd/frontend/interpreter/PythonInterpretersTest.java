package dev.hookd.frontend.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.Limits;
import dev.hookd.frontend.Processes;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.ChildProcess;
import dev.hookd.frontend.system.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PythonInterpretersTest {

  @TempDir Path temp;
  private PythonInterpreter real;
  private CacheDirectory cache;

  @BeforeEach
  void findReal() {
    cache = CacheDirectory.at(temp.resolve("cache"));
    CacheDirectory other = CacheDirectory.at(temp.resolve("other-cache"));
    real = new PythonInterpreters(other, System.getenv()).findDefault();
  }

  @AfterEach
  void cleanUp() throws IOException {
    DurableFiles.deleteTree(temp.resolve("venv"));
  }

  private PythonInterpreters interpreters(Map<String, String> environment) {
    return new PythonInterpreters(cache, environment);
  }

  private Path script(String name, String text) throws IOException {
    Path file = temp.resolve("bin").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file;
  }

  private Path counting(Path runs) throws IOException {
    return script(
        "python3", "#!/bin/sh\necho run >> " + runs + "\nexec " + real.executable() + " \"$@\"\n");
  }

  @Test
  void find_byPath_tellsWhatItIs() {
    PythonInterpreter found = interpreters(Map.of()).find(real.executable().toString());
    assertThat(found.executable()).isEqualTo(real.executable());
    assertThat(found.version()).matches("3\\.\\d+\\.\\d+.*");
    assertThat(found.implementation()).isEqualTo("cpython");
    assertThat(found.identity()).isEqualTo(real.identity());
  }

  @Test
  void find_byVersion_findsARealOne() {
    String bin = String.valueOf(real.executable().getParent());
    PythonInterpreters all =
        new PythonInterpreters(
            cache,
            Map.of("PATH", bin, "HOME", temp.toString()),
            Duration.ofSeconds(20),
            temp.resolve("system"));
    String series = real.version().replaceFirst("\\.[^.]*$", "");
    assertThat(all.find(series).version()).startsWith(series + ".");
    assertThat(all.find("==" + real.version()).pythonVersion()).isEqualTo(real.pythonVersion());
    assertThat(all.list())
        .anySatisfy(found -> assertThat(found.interpreter()).contains(all.find(series)));
  }

  @Test
  void tags_areThoseOfTheInterpreter() {
    String digits = real.version().replaceFirst("^(\\d+)\\.(\\d+).*", "$1$2");
    assertThat(real.tags().python()).isEqualTo("cp" + digits);
    assertThat(real.tags().abi()).startsWith("cp" + digits);
    assertThat(real.tags().extensionSuffix()).startsWith(".cpython-" + digits);
    assertThat(real.tags().platform()).matches("[a-z0-9_]+");
    assertThat(PythonRequest.parse(real.version()))
        .isInstanceOfSatisfying(
            PythonRequest.ByVersion.class,
            request -> assertThat(request.objection(real)).isEmpty());
  }

  @Test
  void find_byCommand_looksOnThePathOfTheGivenEnvironment() {
    String bin = String.valueOf(real.executable().getParent());
    String name = String.valueOf(real.executable().getFileName());
    assertThat(interpreters(Map.of("PATH", "/nonexistent:" + bin)).find(name)).isEqualTo(real);
  }

  @Test
  void find_whenShim_givesTheInterpreterBehindIt() throws IOException {
    Path shim = counting(temp.resolve("runs"));
    assertThat(interpreters(Map.of()).find(shim.toString()).executable().toRealPath())
        .isEqualTo(real.executable().toRealPath());
  }

  @Test
  void find_whenFirstOnPathLeadsNowhere_takesTheNext() throws IOException {
    script(String.valueOf(real.executable().getFileName()), "#!/bin/sh\nexit 127\n");
    String path = temp.resolve("bin") + ":" + real.executable().getParent();
    assertThat(
            interpreters(Map.of("PATH", path))
                .find(String.valueOf(real.executable().getFileName())))
        .isEqualTo(real);
  }

  @Test
  void find_inVirtualEnvironment_keepsIt() throws Exception {
    Path venv = temp.resolve("venv");
    ChildProcess.run(
        List.of(real.executable().toString(), "-m", "venv", "--without-pip", venv.toString()),
        temp,
        Map.of(),
        Duration.ofSeconds(30),
        line -> {});
    PythonInterpreter found = interpreters(Map.of()).find(venv.resolve("bin/python").toString());
    assertThat(found.executable()).isEqualTo(venv.resolve("bin/python"));
    assertThat(found.virtual()).isTrue();
    assertThat(found.prefix().toRealPath()).isEqualTo(venv.toRealPath());
    assertThat(found.identity()).isEqualTo(real.identity());
    assertThat(interpreters(Map.of("VIRTUAL_ENV", venv.toString(), "PATH", "")).findDefault())
        .isEqualTo(found);
  }

  @Test
  void findDefault_ownVariableBeatsPath() {
    assertThat(
            interpreters(Map.of("HOOKD_PYTHON", real.executable().toString(), "PATH", ""))
                .findDefault())
        .isEqualTo(real);
  }

  @Test
  void find_inAnotherProcess_doesNotAskAgainUntilTheFileChanges() throws IOException {
    Path runs = temp.resolve("runs");
    // A pyenv root of its own: its shims are scripts whose rules are known.
    Path root = Files.createDirectories(temp.resolve("pyenv"));
    Files.createDirectories(root.resolve("versions"));
    Path shim =
        Files.move(counting(runs), Files.createDirectories(root.resolve("shims")).resolve("py"));
    Map<String, String> environment = new HashMap<>(Map.of("PYENV_ROOT", root.toString()));

    interpreters(environment).find(shim.toString());
    interpreters(environment).find(shim.toString());
    assertThat(Files.readAllLines(runs)).hasSize(1);

    Files.writeString(root.resolve("version"), "3.99\n");
    interpreters(environment).find(shim.toString());
    assertThat(Files.readAllLines(runs)).as("the global choice changed").hasSize(2);

    Files.setLastModifiedTime(shim, FileTime.fromMillis(1_000_000));
    PythonInterpreters again = interpreters(environment);
    again.find(shim.toString());
    again.find(shim.toString());
    assertThat(Files.readAllLines(runs)).as("the shim changed").hasSize(3);

    environment.put("PYENV_VERSION", "3.98");
    interpreters(environment).find(shim.toString());
    assertThat(Files.readAllLines(runs)).as("the variable changed").hasSize(4);
  }

  @Test
  void find_whenOtherScript_isAskedAnewByEachProcess() throws IOException {
    Path runs = temp.resolve("runs");
    Path script = counting(runs);
    PythonInterpreters first = interpreters(Map.of());
    first.find(script.toString());
    first.find(script.toString());
    assertThat(Files.readAllLines(runs)).hasSize(1);
    interpreters(Map.of()).find(script.toString());
    assertThat(Files.readAllLines(runs)).hasSize(2);
  }

  @Test
  void find_whenRememberedAnswerIsRubbish_asksAgain() throws IOException {
    interpreters(Map.of()).find(real.executable().toString());
    for (String rubbish : List.of("\\u12 identity", "identity=x\nversion=3.9.1\nprefix=\\u0000")) {
      try (var entries = Files.list(cache.root().resolve("interpreters"))) {
        for (Path entry : entries.toList()) {
          Files.writeString(entry, rubbish);
        }
      }
      assertThat(interpreters(Map.of()).find(real.executable().toString())).isEqualTo(real);
    }
  }

  private void assertFails(String pathOrCommand, String... says) {
    assertThatThrownBy(() -> interpreters(Map.of("PATH", "/nonexistent")).find(pathOrCommand))
        .isInstanceOfSatisfying(
            EnvironmentFailedException.class,
            e -> {
              assertThat(e.getMessage()).contains(says);
              assertThat(e.hint()).isPresent();
            });
  }

  @Test
  void find_whenNotThere_fails() {
    assertFails("/nonexistent/python", "no Python interpreter at /nonexistent/python");
    assertFails("python99", "no 'python99' on PATH");
    assertFails(" ", "no Python interpreter is named");
  }

  @Test
  void find_whenDirectory_namesThePythonInIt() throws IOException {
    script("python", "#!/bin/sh\n");
    assertFails(temp.toString(), "is a directory");
    assertThatThrownBy(() -> interpreters(Map.of()).find(temp.toString()))
        .isInstanceOfSatisfying(
            EnvironmentFailedException.class,
            e -> assertThat(e.hint().orElse("")).contains(temp.resolve("bin/python").toString()));
  }

  @Test
  void find_whenTextFile_fails() throws IOException {
    Path text = script("text", "just words\n");
    Files.setPosixFilePermissions(text, PosixFilePermissions.fromString("rw-r--r--"));
    assertFails(text.toString(), "is not executable");
    Files.write(text, new byte[] {0, 1, 2, 3});
    Files.setPosixFilePermissions(text, PosixFilePermissions.fromString("rwx------"));
    assertFails(text.toString(), text.toString());
  }

  @Test
  void find_whenNotPython_saysWhatItSaid() throws IOException {
    Path other = script("other", "#!/bin/sh\necho I am a shell script\nexit 3\n");
    assertFails(other.toString(), "is not a Python interpreter", "status 3");
    assertThatThrownBy(() -> interpreters(Map.of()).find(other.toString()))
        .isInstanceOfSatisfying(
            EnvironmentFailedException.class,
            e -> assertThat(e.installerOutput()).contains("I am a shell script"));
    assertFails("/bin/true", "is not a Python interpreter", "status 0");
  }

  @Test
  void find_whenItHangs_givesUpAndKillsIt() throws Exception {
    Path pid = Files.createFile(temp.resolve("pid"));
    Path hanging = script("hang", "#!/bin/sh\nsleep 600 &\necho $$ $! > " + pid + "\nwait\n");
    Limits.doubling(
        Duration.ofSeconds(1),
        limit -> {
          PythonInterpreters impatient =
              new PythonInterpreters(cache, System.getenv(), limit, Path.of("/"));
          assertThatThrownBy(() -> impatient.find(hanging.toString()))
              .isInstanceOf(EnvironmentFailedException.class)
              .hasMessageContaining("did not say within " + limit.toMillis() + " ms");
          String written = Files.readString(pid);
          if (!written.endsWith("\n")) {
            return false;
          }
          for (String each : written.strip().split(" ", -1)) {
            Processes.awaitGone(Long.parseLong(each));
          }
          return true;
        });
  }

  @Test
  void find_whenTooOld_namesTheVersion() {
    Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
    for (String old : List.of("2.7.18", "3.6.15", "3.7.16")) {
      Path python = versions.resolve(old).resolve("bin/python");
      if (Files.isExecutable(python)) {
        assertFails(python.toString(), "is Python " + old, "3.8 is the oldest");
      }
    }
    assumeTrue(Files.isDirectory(versions.resolve("3.7.16")), "no Python older than 3.8 here");
  }
}
