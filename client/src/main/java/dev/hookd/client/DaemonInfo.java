package dev.hookd.client;

import dev.hookd.protocol.DaemonIdentity;
import dev.hookd.protocol.Dialect;
import java.util.Optional;

/**
 * Which daemon served a call.
 *
 * @param pid the host's process id; -1 where there is none
 * @param identity who the daemon says it is; empty for a classic daemon
 */
public record DaemonInfo(long pid, Dialect dialect, Optional<DaemonIdentity> identity) {}
