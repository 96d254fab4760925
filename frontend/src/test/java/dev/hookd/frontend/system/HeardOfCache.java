package dev.hookd.frontend.system;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what it is told, a line each. */
public final class HeardOfCache implements CacheListener {

  public final List<String> events = new CopyOnWriteArrayList<>();

  @Override
  public void wanted(Kept kind, Found found) {
    events.add(kind.label() + " " + found.label());
  }

  @Override
  public void failureServed() {
    events.add("failure");
  }

  @Override
  public void damaged(Kept kind) {
    events.add(kind.label() + " damaged");
  }

  @Override
  public void evicted(Kept kind, long bytes) {
    events.add(kind.label() + " evicted " + bytes);
  }
}
