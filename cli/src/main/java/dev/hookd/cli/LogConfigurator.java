package dev.hookd.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Locale;

/** Configures logback in code: reading its XML would cost a tenth of a second. */
public final class LogConfigurator extends ContextAwareBase implements Configurator {

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            show(event);
          }
        };
    appender.setContext(context);
    appender.setName("stderr");
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    // What the pool warns of is either put right by a retry, or ends a call with the same words.
    context.getLogger("dev.hookd.pool").setLevel(Level.ERROR);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static void show(ILoggingEvent event) {
    Session session = Logging.session();
    boolean isError = event.getLevel().isGreaterOrEqual(Level.ERROR);
    if (session == null || (session.verbosity() == Verbosity.QUIET && !isError)) {
      return;
    }
    Console console = session.console();
    Style style = console.messageStyle();
    String level = event.getLevel().toString().toLowerCase(Locale.ROOT) + ":";
    String coloured =
        isError
            ? style.red(level)
            : event.getLevel() == Level.WARN
                ? style.yellow(level.replace("warn:", "warning:"))
                : style.dim(level);
    IThrowableProxy thrown = event.getThrowableProxy();
    String because =
        thrown == null || session.debug()
            ? ""
            : " (" + thrown.getClassName() + ": " + thrown.getMessage() + ")";
    console.message(coloured + " " + Text.printable(event.getFormattedMessage() + because));
    if (thrown != null && session.debug()) {
      console.message(ThrowableProxyUtil.asString(thrown));
    }
  }
}
