package dev.hookd.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveOutputTest {

  @TempDir private Path directory;

  private final List<String> told = new ArrayList<>();

  private final LiveOutput live =
      new LiveOutput(
          new HookOutputListener() {
            @Override
            public void output(HookStream stream, String text) {
              told.add(stream + " " + text);
            }

            @Override
            public void restarted() {
              told.add("restarted");
            }

            @Override
            public void ended() {
              told.add("ended");
            }
          });

  private Path announce(HookStream stream, String name) throws IOException {
    Path file = Files.createFile(directory.resolve(name));
    live.announced(stream, file);
    return file;
  }

  private static void append(Path file, String text) throws IOException {
    append(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void append(Path file, byte... bytes) throws IOException {
    Files.write(file, bytes, StandardOpenOption.APPEND);
  }

  @Test
  void poll_tellsWhatIsNew_andFinishTheRestOfADeletedFile() throws IOException {
    Path out = announce(HookStream.STDOUT, "out");
    Path err = announce(HookStream.STDERR, "err");

    live.poll();
    append(out, "one");
    live.poll();
    live.poll();
    append(err, "two");
    append(out, "three");
    Files.delete(out);
    Files.delete(err);
    live.finish();
    live.finish();

    assertThat(told).containsExactly("STDOUT one", "STDOUT three", "STDERR two", "ended");
  }

  @Test
  void character_thatIsNotWholeYet_isToldWhenItIs() throws IOException {
    Path out = announce(HookStream.STDOUT, "out");
    byte[] euro = "\u20ac".getBytes(StandardCharsets.UTF_8);

    append(out, (byte) 'a', euro[0], euro[1]);
    live.poll();
    append(out, euro[2], euro[0]);
    live.poll();
    live.finish();

    assertThat(told).containsExactly("STDOUT a", "STDOUT \u20ac", "STDOUT \ufffd", "ended");
  }

  @Test
  void output_longerThanTheBuffer_isToldWhole() throws IOException {
    Path out = announce(HookStream.STDOUT, "out");
    String text = "x" + "\u00e9\ud83d\ude00".repeat(20_000); // cuts a character at every boundary

    append(out, text);
    live.finish();

    assertThat(told).hasSizeGreaterThan(5);
    assertThat(String.join("", told).replace("STDOUT ", "")).isEqualTo(text + "ended");
  }

  @Test
  void file_thatTheHookEmpties_isReadFromItsStart() throws IOException {
    Path out = announce(HookStream.STDOUT, "out");
    append(out, "first");
    live.poll();

    Files.write(out, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
    live.poll();
    append(out, "new");
    live.finish();

    assertThat(told).containsExactly("STDOUT first", "STDOUT new", "ended");
  }

  @Test
  void secondAnnouncement_isANewRun_afterAllOfTheOldOne() throws IOException {
    Path out = announce(HookStream.STDOUT, "out");
    live.poll();
    append(out, "old");
    Path again = announce(HookStream.STDOUT, "again");
    append(again, "new");

    live.finish();

    assertThat(told).containsExactly("STDOUT old", "restarted", "STDOUT new", "ended");
  }

  @Test
  void announcement_afterTheEnd_andOfWhatIsNoFile_isIgnored() throws IOException {
    live.announced(HookStream.STDOUT, directory);
    live.announced(HookStream.STDOUT, directory.resolve("absent"));
    Path file = Files.writeString(directory.resolve("file"), "text");
    live.announced(HookStream.STDERR, Files.createSymbolicLink(directory.resolve("link"), file));
    live.finish();
    live.announced(HookStream.STDOUT, file);
    live.poll();

    assertThat(told).containsExactly("ended");
  }

  @Test
  void listener_thatThrows_hearsNoMore() throws IOException {
    List<String> heard = new ArrayList<>();
    LiveOutput failing =
        new LiveOutput(
            (stream, text) -> {
              heard.add(text);
              throw new IllegalStateException("a listener's bug");
            });
    Path out = Files.writeString(directory.resolve("out"), "one");
    failing.announced(HookStream.STDOUT, out);

    failing.poll();
    append(out, "two");
    failing.finish();

    assertThat(heard).containsExactly("one");
  }
}
