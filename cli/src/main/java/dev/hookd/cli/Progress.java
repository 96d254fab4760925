package dev.hookd.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** How far many inputs have come, for a person at a terminal; nothing for anybody else. */
final class Progress implements AutoCloseable {

  private final @Nullable ProgressBar bar;
  private final Console console;

  private Progress(@Nullable ProgressBar bar, Console console) {
    this.bar = bar;
    this.console = console;
  }

  /**
   * @param inputs how many; -1 where that is not known
   */
  static Progress of(String task, int inputs, Session session) {
    Console console = session.console();
    boolean shown =
        (inputs < 0 || inputs > 1)
            && console.stderrIsTerminal()
            && session.verbosity() != Verbosity.QUIET;
    ProgressBar bar =
        !shown
            ? null
            : new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(inputs)
                .setUpdateIntervalMillis(100)
                .setStyle(
                    console.messageStyle().isColoured()
                        ? ProgressBarStyle.COLORFUL_UNICODE_BAR
                        : ProgressBarStyle.ASCII)
                .setConsumer(new LastLine(console))
                .build();
    return new Progress(bar, console);
  }

  /** Another input has ended. Thread-safe. */
  void step() {
    if (bar != null) {
      bar.step();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      console.endProgress();
    }
  }

  /** Keeps the bar on the terminal's last line, out of the way of what is written above it. */
  private record LastLine(Console console) implements ProgressBarConsumer {

    @Override
    public int getMaxRenderedLength() {
      return 79;
    }

    @Override
    public void accept(String line) {
      console.progress(line);
    }

    @Override
    public void close() {}
  }
}
