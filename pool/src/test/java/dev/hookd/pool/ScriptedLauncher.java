package dev.hookd.pool;

import dev.hookd.client.DaemonLauncher;
import dev.hookd.client.DaemonProcess;
import dev.hookd.client.LaunchFailedException;
import dev.hookd.client.LaunchSpec;
import dev.hookd.client.OutputTail;
import dev.hookd.pool.ScriptedDaemon.Birth;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Starts daemons inside the JVM, and knows how many there are. */
final class ScriptedLauncher implements DaemonLauncher {

  private final List<ScriptedDaemon> daemons = new CopyOnWriteArrayList<>();
  private final Map<LaunchSpec, AtomicInteger> perSpec = new ConcurrentHashMap<>();
  private final AtomicInteger launches = new AtomicInteger();
  private final AtomicInteger alive = new AtomicInteger();
  private final AtomicInteger mostAlive = new AtomicInteger();
  private final AtomicInteger mostAlivePerSpec = new AtomicInteger();

  /** By the number of the launch, from 1; {@code null}: no process can be started. */
  private volatile Function<Integer, @Nullable Birth> births = number -> Birth.WELL;

  void births(Function<Integer, @Nullable Birth> plan) {
    births = plan;
  }

  @Override
  public DaemonProcess launch(LaunchSpec spec) {
    int number = launches.incrementAndGet();
    Birth birth = births.apply(number);
    if (birth == null) {
      throw new LaunchFailedException("no such interpreter", OutputTail.EMPTY, "Install it.", null);
    }
    AtomicInteger ofSpec = perSpec.computeIfAbsent(spec, any -> new AtomicInteger());
    mostAlive.accumulateAndGet(alive.incrementAndGet(), Math::max);
    mostAlivePerSpec.accumulateAndGet(ofSpec.incrementAndGet(), Math::max);
    ScriptedDaemon daemon =
        new ScriptedDaemon(
            number,
            birth,
            () -> {
              alive.decrementAndGet();
              ofSpec.decrementAndGet();
            });
    daemons.add(daemon);
    daemon.start();
    return daemon;
  }

  @Override
  public String name() {
    return "scripted";
  }

  /** The daemon of that launch, from 1. */
  ScriptedDaemon daemon(int number) {
    return daemons.stream().filter(daemon -> daemon.pid() == number).findFirst().orElseThrow();
  }

  /** The same, once it has been launched. */
  ScriptedDaemon awaitDaemon(int number) {
    PoolTesting.awaitUntil(
        "daemon " + number + " is launched",
        () -> daemons.stream().anyMatch(daemon -> daemon.pid() == number));
    return daemon(number);
  }

  List<ScriptedDaemon> daemons() {
    return daemons;
  }

  int launches() {
    return launches.get();
  }

  int alive() {
    return alive.get();
  }

  int mostAlive() {
    return mostAlive.get();
  }

  int mostAlivePerSpec() {
    return mostAlivePerSpec.get();
  }
}
