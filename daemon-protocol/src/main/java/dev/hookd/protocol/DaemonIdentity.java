package dev.hookd.protocol;

import java.util.Set;

/**
 * Who an extended daemon says it is ({@code HELLO}).
 *
 * @param protocol the version of the extended dialect
 * @param pid the daemon's process id, as the daemon itself sees it: in a container not the host's
 * @param implementation {@code cpython}, {@code pypy}...
 * @param pythonVersion for example {@code 3.11.7}
 * @param executable {@code sys.executable}
 * @param platform {@code sys.platform}
 * @param features what the daemon can do, by the names in {@code docs/protocol.md}
 */
public record DaemonIdentity(
    int protocol,
    String daemon,
    String version,
    long pid,
    String implementation,
    String pythonVersion,
    String executable,
    String platform,
    Set<String> features) {

  public DaemonIdentity {
    features = Set.copyOf(features);
  }
}
