package dev.hookd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Inputs from standard input, answers to a file. */
class StreamingTest extends CommandFixture {

  @BeforeEach
  void makeTree() {
    Projects.good(tree("tree"));
  }

  private Cli.Run metadata(String... more) {
    List<String> args = new ArrayList<>(List.of("metadata", "--no-build-isolation"));
    args.addAll(List.of(more));
    return cli.run(args.toArray(String[]::new));
  }

  private List<JsonNode> answers() throws IOException {
    return Files.readAllLines(tree("out")).stream().map(Cli::json).toList();
  }

  private static List<String> inputs(List<JsonNode> answers) {
    return answers.stream().map(answer -> answer.path("input").asText()).toList();
  }

  @Test
  void stdin_isAnInputALine_whereTheArgumentStands_repeatsIncluded() {
    cli.reading("tree\r\n\nmissing\ntree");

    Cli.Run run = metadata("./tree", "-", "tree/.", "--format", "jsonl");

    assertThat(inputs(run.jsonLines()))
        .containsExactly("./tree", "tree", "missing", "tree", "tree/.");
    assertThat(run.jsonLines())
        .extracting(line -> line.path("ok").asBoolean())
        .containsExactly(true, true, false, true, true);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.stderr()).isEmpty();
  }

  @Test
  void stdin_withoutInputs_isNoFailure() {
    assertThat(cli.reading("").run("metadata", "-", "--format", "json").stdout()).isEqualTo("[]\n");
    assertThat(cli.reading("\n").run("requires", "-").status()).isEqualTo(ExitStatus.OK);
  }

  @Test
  void stdin_withNull_andOfALineThatIsRefused_inRequires() {
    cli.reading("tree\0a\nb\0");

    Cli.Run run = cli.run("requires", "-", "--null", "--no-build-isolation", "--format", "jsonl");

    assertThat(inputs(run.jsonLines())).containsExactly("tree", "a\nb");
    assertThat(cli.reading("a\0b\n").run("requires", "-").stderr())
        .contains("has a NUL in it [InvalidProject]", "hint: ", "--null");
  }

  @Test
  void stdin_atATerminal_saysThatItIsRead() {
    cli.reading("");

    assertThat(cli.runOnTerminal("metadata", "-").stderr()).contains("Ctrl-D ends them");
  }

  @Test
  void stdin_thatCannotBeRead_isTheMachinerysFailure_afterWhatCameBefore() {
    cli.reading(new BrokenInput("missing\n"));

    Cli.Run run = metadata("-", "--format", "jsonl");

    assertThat(run.lines()).hasSize(1);
    assertThat(run.stderr()).contains("cannot read standard input: Is a directory");
    assertThat(run.status()).isEqualTo(ExitStatus.MACHINERY);
  }

  @Test
  void answers_areHandedOverWhileTheNextInputIsAwaited_andAnInterruptEndsTheWait()
      throws Exception {
    LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
    PipedOutputStream writer = new PipedOutputStream();
    PipedInputStream stdin = new PipedInputStream(writer);
    CompletableFuture<Thread> batchThread = new CompletableFuture<>();
    CompletableFuture<Void> run =
        CompletableFuture.runAsync(
            () -> {
              batchThread.complete(Thread.currentThread());
              Batch<String> batch =
                  new Batch<>(
                      2,
                      input -> CompletableFuture.supplyAsync(input::text),
                      result -> 0,
                      () -> {});
              InputLines lines = new InputLines(stdin, (byte) '\n', batch::wake);
              try {
                batch.run(
                    new Inputs(List.of("-"), lines, List.of(), input -> true),
                    outcome -> seen.add(outcome.input().text()));
              } catch (InterruptedException e) {
                throw new CompletionException(e);
              }
            },
            task -> new Thread(task).start());

    for (String line : List.of("a", "b")) {
      writer.write((line + "\n").getBytes(Main.UTF_8));
      writer.flush();
      assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo(line);
    }
    batchThread.join().interrupt(); // with nobody to write or to close the pipe

    assertThat(run.handle((nothing, e) -> e).get(30, TimeUnit.SECONDS))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    writer.close();
  }

  @Test
  void output_answersEachDistinctInputOnce_andResumesBehindThem() throws Exception {
    cli.reading("tree\nmissing\ntree\n");
    Cli.Run first = metadata("-", "missing", "--output", "out");
    cli.reading("./tree\nmissing\ntree\n");
    Cli.Run refused = metadata("-", "--output", "out");
    Cli.Run second = metadata("-", "--output", "out", "--resume");

    assertThat(first.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(first.stdout()).isEmpty();
    assertThat(first.stderr())
        .isEqualTo("out: 2 answered, 1 of them failures; 2 skipped, answered before or repeated\n");
    assertThat(refused.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(refused.stderr()).contains("out exists; --resume answers", "--overwrite begins");
    assertThat(second.status()).isEqualTo(ExitStatus.OK);
    assertThat(second.stderr()).startsWith("out: 1 answered, 0 of them failures; 2 skipped");
    assertThat(inputs(answers())).containsExactly("tree", "missing", "./tree");
    assertThat(answers().get(2).path("raw").asText()).isEqualTo(Projects.METADATA);
  }

  @Test
  void output_thatEndsInHalfALine_isResumedWithAWarning_andOverwritten() throws Exception {
    metadata("tree", "--output", "out");
    Files.writeString(
        tree("out"), Files.readString(tree("out")) + "{\"input\":\"./tree\",\"python\":null,");

    Cli.Run resumed = metadata("./tree", "--output", "out", "--resume");
    assertThat(resumed.stderr())
        .contains("warning: the last line of out was incomplete (32 bytes)");
    assertThat(inputs(answers())).containsExactly("tree", "./tree");

    metadata("./tree", "--output", "out", "--overwrite", "-q");
    assertThat(inputs(answers())).containsExactly("./tree");
  }

  @Test
  void resume_ofAnotherCommandsAnswers_isRefused() throws Exception {
    metadata("tree", "--output", "out");
    String before = Files.readString(tree("out"));

    Cli.Run run = cli.run("requires", "tree", "--output", "out", "--resume");

    assertThat(run.status()).isEqualTo(ExitStatus.MACHINERY);
    assertThat(run.stderr()).contains("line 1 of out is no answer with a member \"requires\"");
    assertThat(tree("out")).hasContent(before);
  }

  @Test
  void metadata_underSeveralPythons_isAnAnswerForEach_inOrder() throws Exception {
    Files.createDirectories(tree("bin"));
    Files.writeString(tree("bin/py"), "#!/bin/sh\nexec python3 \"$@\"\n");
    assertThat(tree("bin/py").toFile().setExecutable(true)).isTrue();
    String[] both = {"tree", "./tree", "--python", "python3", "--python", "bin/py"};

    Cli.Run run =
        cli.run(
            Stream.concat(
                    Stream.of("metadata", "--no-build-isolation", "--output", "out"),
                    Stream.of(both))
                .toArray(String[]::new));
    Cli.Run resumed = metadata("tree", "--python", "bin/py", "--output", "out", "--resume");

    assertThat(run.status()).as(run.stderr()).isEqualTo(ExitStatus.OK);
    assertThat(resumed.stderr()).startsWith("out: 0 answered");
    assertThat(
            answers().stream().map(a -> a.path("input").asText() + " " + a.path("python").asText()))
        .containsExactly("tree python3", "tree bin/py", "./tree python3", "./tree bin/py");
    assertThat(answers()).allMatch(answer -> answer.path("ok").asBoolean());

    Cli.Run text = metadata("tree", "--python", "python3", "--python", "bin/py");
    assertThat(text.lines().stream().filter(line -> line.startsWith("example")))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("example 1.0  (under python3, prepare-metadata,"),
            second -> assertThat(second).startsWith("example 1.0  (under bin/py, "));
    assertThat(metadata("tree", "--python", "python3").stdout()).doesNotContain("under");
  }
}
