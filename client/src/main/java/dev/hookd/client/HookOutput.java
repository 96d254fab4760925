package dev.hookd.client;

/** What a hook and its subprocesses wrote. */
public record HookOutput(OutputTail stdout, OutputTail stderr) {

  public static final HookOutput EMPTY = new HookOutput(OutputTail.EMPTY, OutputTail.EMPTY);
}
