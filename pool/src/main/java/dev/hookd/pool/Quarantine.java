package dev.hookd.pool;

import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.DaemonRequest;
import dev.hookd.protocol.Isolation;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Whose calls are fresh, because a warm answer was wrong. Thread-safe. */
final class Quarantine {

  /** Two keys of one environment share what was found: to distrust one too many costs only time. */
  private record Place(String environment, BuildBackend backend) {}

  private final Map<Place, QuarantinedBackend> places = new ConcurrentHashMap<>();

  /** Adds the backend of that request in the environment of that key; the first reason stays. */
  QuarantinedBackend add(DaemonKey key, DaemonRequest request, String reason) {
    Place place = place(key, request);
    return places.computeIfAbsent(
        place, it -> new QuarantinedBackend(it.environment(), it.backend(), reason));
  }

  /** Whether it was there. */
  boolean remove(QuarantinedBackend entry) {
    return places.remove(new Place(entry.environment(), entry.backend())) != null;
  }

  /** The request as it may be sent: fresh for a backend that is in here. */
  DaemonRequest applied(DaemonKey key, DaemonRequest request) {
    boolean isWarm = request.isolation() == Isolation.FORK;
    return isWarm && !places.isEmpty() && places.containsKey(place(key, request))
        ? request.withIsolation(Isolation.FRESH)
        : request;
  }

  /** All of them, in the order of their names. */
  List<QuarantinedBackend> entries() {
    return places.values().stream()
        .sorted(
            Comparator.comparing(QuarantinedBackend::environment)
                .thenComparing(entry -> entry.backend().object())
                .thenComparing(entry -> entry.backend().path().toString()))
        .toList();
  }

  private static Place place(DaemonKey key, DaemonRequest request) {
    String environment =
        key.environmentId().isEmpty() ? key.launch().python().toString() : key.environmentId();
    BuildBackend named = request.backend();
    return new Place(environment, named.object().isEmpty() ? BuildBackend.LEGACY : named);
  }
}
