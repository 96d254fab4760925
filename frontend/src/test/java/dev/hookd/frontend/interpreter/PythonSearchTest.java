package dev.hookd.frontend.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.system.CacheDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On machines that are small trees of files. */
@Timeout(60)
class PythonSearchTest {

  @TempDir Path temp;
  private FakePython fake;
  private Path pyenv;
  private Path first;
  private Path second;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void makeMachine() throws IOException {
    temp = temp.toRealPath();
    fake = new FakePython(temp.resolve("runs"));
    pyenv = temp.resolve("home/.pyenv");
    first = temp.resolve("first");
    second = temp.resolve("second");
    environment.put("HOME", temp.resolve("home").toString());
    environment.put("PATH", first + ":" + second);
  }

  private PythonInterpreters interpreters() {
    return new PythonInterpreters(
        CacheDirectory.at(temp.resolve("cache")),
        environment,
        Duration.ofSeconds(20),
        temp.resolve("system"));
  }

  private Path found(String request) {
    return interpreters().find(request).executable();
  }

  @Test
  void list_namesEachPlaceInOrder() throws IOException {
    Path named = fake.cpython(temp.resolve("my/own"), "3.8.1");
    environment.put("HOOKD_PYTHON", named.toString());
    Path virtual = fake.cpython(temp.resolve("venv/bin/python"), "3.8.2");
    environment.put("VIRTUAL_ENV", temp.resolve("venv").toString());
    Path nine = fake.cpython(first.resolve("python3.9"), "3.9.1");
    Path ten = fake.cpython(first.resolve("python3.10"), "3.10.1");
    Path pypy = fake.pypy(first.resolve("pypy3.11"), "3.11.2");
    Path usual = fake.cpython(first.resolve("python3"), "3.8.3");
    fake.cpython(first.resolve("python3-config"), "3.8.3");
    fake.cpython(first.resolve("python3.13t"), "3.13.0");
    Path later = fake.cpython(second.resolve("python"), "3.8.4");
    Path pyenvOld = fake.cpython(pyenv.resolve("versions/3.9.2/bin/python3"), "3.9.2");
    Path pyenvNew = fake.cpython(pyenv.resolve("versions/3.9.18/bin/python3"), "3.9.18");
    Path uv = temp.resolve("home/.local/share/uv/python");
    Path uvOne = fake.cpython(uv.resolve("cpython-3.12.9-linux-x86_64-gnu/bin/python3"), "3.12.9");
    Path usr = fake.cpython(temp.resolve("system/usr/bin/python3"), "3.11.5");
    Path wheels = fake.cpython(temp.resolve("system/opt/python/cp38/bin/python3"), "3.8.5");

    List<FoundPython> all = interpreters().list();

    assertThat(all)
        .extracting(FoundPython::path)
        .containsExactly(
            named, virtual, usual, ten, nine, pypy, later, pyenvNew, pyenvOld, uvOne, usr, wheels);
    assertThat(all).allMatch(FoundPython::usable);
    assertThat(all)
        .extracting(FoundPython::source)
        .startsWith(PythonSource.HOOKD_PYTHON, PythonSource.VIRTUAL_ENV, PythonSource.PATH)
        .endsWith(PythonSource.PYENV, PythonSource.UV, PythonSource.SYSTEM, PythonSource.SYSTEM);
  }

  @Test
  void list_countsLinksAndShimsOnce() throws IOException {
    Path real = fake.cpython(pyenv.resolve("versions/3.11.7/bin/python3.11"), "3.11.7");
    Files.createSymbolicLink(real.resolveSibling("python3"), real);
    Path shim = fake.broken(pyenv.resolve("shims/python3"));
    Files.writeString(shim, "#!/bin/sh\nexec " + real + "\n");
    Files.createDirectories(first);
    Files.createSymbolicLink(first.resolve("python"), real);
    environment.put("PATH", pyenv.resolve("shims") + ":" + first);
    assertThat(interpreters().list())
        .singleElement()
        .satisfies(
            python -> {
              assertThat(python.path()).isEqualTo(shim);
              assertThat(python.interpreter().orElseThrow().executable()).isEqualTo(real);
            });
  }

  @Test
  void find_whenVersion_runsOnlyWhatMayFit() throws IOException {
    fake.cpython(first.resolve("python3.10"), "3.10.1");
    fake.cpython(first.resolve("python3.11"), "3.11.1");
    Files.createSymbolicLink(first.resolve("python3"), first.resolve("python3.11"));
    fake.pypy(second.resolve("pypy3.9"), "3.9.19");
    Path wanted = fake.cpython(second.resolve("python3.9"), "3.9.1");
    fake.cpython(pyenv.resolve("versions/3.9.18/bin/python3"), "3.9.18");

    assertThat(found("3.9")).isEqualTo(wanted);
    assertThat(found("==3.9.*,>=3.9.1")).isEqualTo(wanted);
    assertThat(fake.runs()).containsExactly(wanted.toString());
  }

  @Test
  void find_whenSeveralFit_takesTheChosenOneBeforeTheNewest() throws IOException {
    Path usual = fake.cpython(first.resolve("python3"), "3.10.4");
    fake.cpython(first.resolve("python3.12"), "3.12.1");
    fake.cpython(pyenv.resolve("versions/3.13.0/bin/python3"), "3.13.0");
    assertThat(found(">=3.9")).isEqualTo(usual);
    assertThat(found("cpython")).isEqualTo(usual);
    assertThat(found(">=3.11")).isEqualTo(first.resolve("python3.12"));
  }

  @Test
  void find_amongInstallations_takesTheNewestPatch() throws IOException {
    fake.cpython(pyenv.resolve("versions/3.9.2/bin/python3"), "3.9.2");
    Path newest = fake.cpython(pyenv.resolve("versions/3.9.18/bin/python3"), "3.9.18");
    assertThat(found("3.9")).isEqualTo(newest);
    assertThat(found("3.9.2")).isEqualTo(pyenv.resolve("versions/3.9.2/bin/python3"));
    assertThat(found("cpython@3.9")).isEqualTo(newest);
  }

  @Test
  void find_whenPathHasShims_takesWhatTheyLeadToWithoutRunningThem() throws IOException {
    fake.broken(pyenv.resolve("shims/python3.9"));
    Path real = fake.cpython(pyenv.resolve("versions/3.9.18/bin/python3"), "3.9.18");
    fake.cpython(first.resolve("python3.9"), "3.9.1");
    environment.put("PATH", pyenv.resolve("shims") + ":" + first);
    assertThat(found("3.9")).isEqualTo(real);
    assertThat(fake.runs()).containsExactly(real.toString());
  }

  @Test
  void find_whenPrerelease_takesItOnlyWhenItIsNamed() throws IOException {
    Path candidate = fake.cpython(pyenv.resolve("versions/3.14.0rc1/bin/python3"), "3.14.0rc1");
    assertThatThrownBy(() -> found(">=3.14"))
        .isInstanceOf(EnvironmentFailedException.class)
        .hasMessageContaining("cpython 3.14.0rc1 at " + candidate + " is another version");
    assertThatThrownBy(() -> found("3.14")).hasMessageContaining("is a pre-release");
    assertThat(found("3.14.0rc1")).isEqualTo(candidate);
    assertThat(found(">=3.14.0a1")).isEqualTo(candidate);
  }

  @Test
  void find_whenNoImplementationIsNamed_meansCPython() throws IOException {
    Path pypy = fake.pypy(first.resolve("pypy3"), "3.10.14");
    assertThatThrownBy(() -> found("3.10"))
        .hasMessageContaining("pypy 3.10.14 at " + pypy + " is pypy, not cpython");
    assertThat(found("pypy3.10")).isEqualTo(pypy);
    assertThat(found("pypy>=3.9")).isEqualTo(pypy);
    assertThat(found("pypy")).isEqualTo(pypy);
    assertThat(interpreters().find("pypy").tags())
        .isEqualTo(
            new PlatformTags(
                "pp310",
                "pypy310_pp73",
                "linux_x86_64",
                "glibc 2.36",
                ".pypy310-pp73-x86_64-linux-gnu.so",
                false));
  }

  @Test
  void find_whenFreeThreaded_mustBeNamedByItsPath() throws IOException {
    Path build = fake.freeThreaded(pyenv.resolve("versions/3.13.0t/bin/python3"), "3.13.0");
    assertThatThrownBy(() -> found("3.13")).hasMessageContaining("free-threaded");
    PythonInterpreter python = interpreters().find(build.toString());
    assertThat(python.tags().freeThreaded()).isTrue();
    assertThat(python.tags().abi()).isEqualTo("cp313t");
  }

  @Test
  void find_whenNameLies_believesTheInterpreter() throws IOException {
    Path liar = fake.cpython(first.resolve("python3.9"), "3.12.1");
    Path real = fake.cpython(pyenv.resolve("versions/3.9.18/bin/python3"), "3.9.18");
    assertThat(found("3.9")).isEqualTo(real);
    assertThat(found("3.12")).isEqualTo(liar);
  }

  @Test
  void find_whenNoneFits_tellsWhyOfEach() throws IOException {
    Path broken = fake.broken(first.resolve("python3"));
    Path other = fake.cpython(second.resolve("python3.11"), "3.11.7");
    assertThatThrownBy(() -> found("3.9"))
        .isInstanceOfSatisfying(
            EnvironmentFailedException.class,
            e ->
                assertThat(e)
                    .hasMessageContainingAll(
                        "no Python here is '3.9'",
                        "\n  " + broken + " is not a Python interpreter",
                        "status 127",
                        "\n  cpython 3.11.7 at " + other + " is another version"))
        .satisfies(e -> assertThat(((EnvironmentFailedException) e).hint()).isPresent());
    environment.put("PATH", "");
    assertThatThrownBy(() -> found("3.9")).hasMessageContaining("there is none at all");
  }

  @Test
  void find_whenVersion_leavesOthersVirtualEnvironmentsAlone() throws IOException {
    Path virtual = fake.cpython(pyenv.resolve("versions/project/bin/python3"), "3.9.18");
    Files.createFile(pyenv.resolve("versions/project/pyvenv.cfg"));
    assertThatThrownBy(() -> found("3.9")).hasMessageNotContaining(virtual.toString());
  }

  @Test
  void findDefault_whenVariableIsAVersion_searches() throws IOException {
    Path nine = fake.cpython(second.resolve("python3.9"), "3.9.1");
    environment.put("HOOKD_PYTHON", "3.9");
    assertThat(interpreters().findDefault().executable()).isEqualTo(nine);
  }

  @Test
  void find_whenAskedAgain_givesTheSameUntilItIsGone() throws IOException {
    Path old = fake.cpython(pyenv.resolve("versions/3.9.2/bin/python3"), "3.9.2");
    PythonInterpreters interpreters = interpreters();
    assertThat(interpreters.find("3.9").executable()).isEqualTo(old);
    Path newer = fake.cpython(pyenv.resolve("versions/3.9.18/bin/python3"), "3.9.18");
    assertThat(interpreters.find("3.9").executable()).isEqualTo(old);
    Files.delete(old);
    assertThat(interpreters.find("3.9").executable()).isEqualTo(newer);
  }

  @Test
  void find_inAnotherProcess_remembersWhatWasFound() throws IOException {
    Path nine = fake.cpython(second.resolve("python3.9"), "3.9.1");
    found("3.9");
    found("3.9");
    assertThat(interpreters().find("3.9").tags().python()).isEqualTo("cp39");
    assertThat(fake.runs()).containsExactly(nine.toString());
    fake.cpython(nine, "3.9.20");
    assertThat(interpreters().find("3.9").version()).isEqualTo("3.9.20");
  }
}
