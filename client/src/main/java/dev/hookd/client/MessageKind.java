package dev.hookd.client;

import dev.hookd.protocol.DaemonMessage;
import dev.hookd.protocol.Expectation;

/** What kind of line a message is, as far as the order of a conversation is concerned. */
enum MessageKind {
  READY,
  HELLO,
  /** {@code EXPECT action}: part of being ready, not of a call. */
  EXPECT_ACTION,
  EXPECT,
  DEBUG,
  STDOUT,
  STDERR,
  OK,
  ERROR,
  FATAL,
  TRACEBACK,
  USAGE,
  WARNING,
  SHUTDOWN;

  static MessageKind of(DaemonMessage message) {
    if (message instanceof DaemonMessage.Expect expect) {
      return expect.expectation() == Expectation.ACTION ? EXPECT_ACTION : EXPECT;
    } else if (message instanceof DaemonMessage.Ready) {
      return READY;
    } else if (message instanceof DaemonMessage.Hello) {
      return HELLO;
    } else if (message instanceof DaemonMessage.Debug) {
      return DEBUG;
    } else if (message instanceof DaemonMessage.StdoutFile) {
      return STDOUT;
    } else if (message instanceof DaemonMessage.StderrFile) {
      return STDERR;
    } else if (message instanceof DaemonMessage.Ok) {
      return OK;
    } else if (message instanceof DaemonMessage.Failed) {
      return ERROR;
    } else if (message instanceof DaemonMessage.Fatal) {
      return FATAL;
    } else if (message instanceof DaemonMessage.Traceback) {
      return TRACEBACK;
    } else if (message instanceof DaemonMessage.Usage) {
      return USAGE;
    } else if (message instanceof DaemonMessage.Warned) {
      return WARNING;
    } else {
      return SHUTDOWN;
    }
  }

  /** Whether a daemon may say it once at most between two {@code READY}. */
  boolean onlyOnce() {
    return switch (this) {
      case EXPECT_ACTION, STDOUT, STDERR, TRACEBACK, USAGE -> true;
      default -> false;
    };
  }
}
