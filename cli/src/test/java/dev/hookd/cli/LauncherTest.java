package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./hookd}, in a checkout whose build is made up: Java and Maven are scripts. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class LauncherTest {

  @TempDir Path directory;

  private record Run(int status, String stdout, String stderr) {}

  private Path script(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  /** A checkout with sources, and a JDK of that version whose java prints how it was started. */
  private void checkout(String javaVersion) throws IOException {
    Path original = Path.of(System.getProperty("hookd.root")).resolve("hookd");
    Files.createDirectories(directory.resolve("checkout"));
    Files.copy(original, directory.resolve("checkout/hookd"));
    for (String module : List.of("daemon-protocol", "client", "pool", "frontend", "cli")) {
      Path path = directory.resolve("checkout").resolve(module);
      Files.createDirectories(path.resolve("src/main/java"));
      Files.writeString(path.resolve("src/main/java/A.java"), "");
      Files.writeString(path.resolve("pom.xml"), "");
    }
    Files.createDirectories(directory.resolve("checkout/scripts/hookd"));
    Files.writeString(directory.resolve("checkout/pom.xml"), "");
    script(
        "jdk/bin/java",
        """
        for last; do :; done
        [ "$last" = fail ] && exit 7
        echo "java $last"
        """);
    Files.writeString(
        directory.resolve("jdk/release"),
        "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + javaVersion + "\"\n");
    script(
        "maven/mvn",
        """
        echo built >> "$BUILDS"
        echo noise
        mkdir -p cli/target/hookd && : > cli/target/hookd/hookd-cli.jar
        """);
  }

  private Run run(Map<String, String> variables, String command, String... args) throws Exception {
    Path stdout = Files.createTempFile(directory, "stdout", "");
    Path stderr = Files.createTempFile(directory, "stderr", "");
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(directory.resolve(command).toString());
    builder.command().addAll(List.of(args));
    builder.environment().keySet().removeAll(List.of("HOOKD_NO_BUILD", "HOOKD_JAVA_OPTS"));
    builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
    builder.environment().put("BUILDS", directory.resolve("builds").toString());
    builder.environment().put("PATH", directory.resolve("maven") + ":" + System.getenv("PATH"));
    builder.environment().putAll(variables);
    Process process =
        builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile()).start();
    try {
      assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
  }

  private long builds() throws IOException {
    return Files.readAllLines(directory.resolve("builds")).size();
  }

  @Test
  void firstUse_buildsOnce_withNothingOfMavenOnStandardOutput() throws Exception {
    checkout("17.0.1");

    Run first = run(Map.of(), "checkout/hookd", "a b");
    Run second = run(Map.of(), "checkout/hookd", "c");

    assertThat(first.stdout()).isEqualTo("java a b\n");
    assertThat(first.stderr()).startsWith("hookd: building").hasLineCount(1);
    assertThat(second).isEqualTo(new Run(0, "java c\n", ""));
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void use_whenASourceIsNewerOrGone_buildsAgain() throws Exception {
    checkout("17.0.1");
    run(Map.of(), "checkout/hookd", "x");

    long now = System.currentTimeMillis();
    try (Stream<Path> all = Files.walk(directory.resolve("checkout"))) {
      Path target = directory.resolve("checkout/cli/target");
      for (Path each : all.filter(path -> !path.startsWith(target)).toList()) {
        Files.setLastModifiedTime(each, FileTime.fromMillis(now - 120_000));
      }
    }
    Files.setLastModifiedTime(
        directory.resolve("checkout/cli/target/hookd/built"), FileTime.fromMillis(now - 60_000));

    run(Map.of(), "checkout/hookd", "x");
    assertThat(builds()).as("nothing is newer").isEqualTo(1);

    Files.delete(directory.resolve("checkout/pool/src/main/java/A.java"));
    run(Map.of("HOOKD_NO_BUILD", "1"), "checkout/hookd", "x");
    assertThat(builds()).isEqualTo(1);
    assertThat(run(Map.of(), "checkout/hookd", "x").stderr()).contains("building");
    assertThat(builds()).as("one is gone").isEqualTo(2);

    Files.setLastModifiedTime(
        directory.resolve("checkout/client/src/main/java/A.java"),
        FileTime.fromMillis(now + 60_000));
    run(Map.of(), "checkout/hookd", "x");
    assertThat(builds()).as("one is newer").isEqualTo(3);
  }

  @Test
  void use_whenSomebodyElseHasBuiltTheJar_archivesItsClassesAgain() throws Exception {
    checkout("17.0.1");
    run(Map.of(), "checkout/hookd", "x");
    Path archive = directory.resolve("checkout/cli/target/hookd/java-17.0.1.jsa");
    FileTime old = FileTime.fromMillis(System.currentTimeMillis() - 60_000);
    Files.setLastModifiedTime(archive, old);

    run(Map.of("HOOKD_NO_BUILD", "1"), "checkout/hookd", "x");
    assertThat(Files.getLastModifiedTime(archive)).isEqualTo(old);
    assertThat(run(Map.of(), "checkout/hookd", "x")).isEqualTo(new Run(0, "java x\n", ""));
    assertThat(Files.getLastModifiedTime(archive)).isGreaterThan(old);
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void twoFirstUsesAtOnce_buildOnce() throws Exception {
    checkout("17.0.1");
    script("twice", "\"$1\" one & first=$!\n\"$1\" two & second=$!\nwait $first && wait $second\n");

    Run run = run(Map.of(), "twice", directory.resolve("checkout/hookd").toString());

    assertThat(run.status()).isZero();
    assertThat(run.stdout().lines()).containsExactlyInAnyOrder("java one", "java two");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void use_throughLinks_findsTheCheckout() throws Exception {
    checkout("25");
    Files.createDirectories(directory.resolve("a dir"));
    Files.createSymbolicLink(directory.resolve("a dir/far"), directory.resolve("checkout/hookd"));
    Files.createSymbolicLink(directory.resolve("near"), Path.of("a dir/far"));

    assertThat(run(Map.of(), "near", "x").stdout()).isEqualTo("java x\n");
  }

  @Test
  void use_passesOnTheExitStatus() throws Exception {
    checkout("17.0.1");

    assertThat(run(Map.of(), "checkout/hookd", "fail").status()).isEqualTo(7);
  }

  @Test
  void use_ofAnOldJava_saysWhatIsNeeded() throws Exception {
    checkout("11.0.2");
    script("maven/java", "echo 'openjdk version \"1.8.0_1\"' >&2\n");

    Run run = run(Map.of(), "checkout/hookd", "x");

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.stdout()).isEmpty();
    assertThat(run.stderr()).contains("needs Java 17 or newer", "11.0.2", "JAVA_HOME");
  }

  @Test
  void firstUse_whenTheBuildFails_showsItsEndAndTheLog() throws Exception {
    checkout("17.0.1");
    script("maven/mvn", "echo 'what went wrong'\nexit 1\n");

    Run run = run(Map.of(), "checkout/hookd", "x");

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.stdout()).isEmpty();
    assertThat(run.stderr()).contains("what went wrong", "hookd-build.log");
  }
}
