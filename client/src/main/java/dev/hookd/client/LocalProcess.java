package dev.hookd.client;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;

/** A daemon that is a child of this JVM. */
final class LocalProcess implements DaemonProcess {

  private final Process process;
  private final ProcessTree tree;
  private final CompletableFuture<Integer> exit;

  LocalProcess(Process process) {
    this.process = process;
    this.tree = new ProcessTree(process.toHandle());
    this.exit = process.onExit().thenApply(Process::exitValue);
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public OutputStream stdin() {
    return process.getOutputStream();
  }

  @Override
  public InputStream stdout() {
    return process.getInputStream();
  }

  @Override
  public InputStream stderr() {
    return process.getErrorStream();
  }

  @Override
  public CompletableFuture<Integer> onExit() {
    return exit;
  }

  @Override
  public void killTree() {
    tree.kill();
  }
}
