package dev.hookd.frontend.interpreter;

/**
 * What tells which compiled code an interpreter loads, in the terms of PEP 425.
 *
 * @param python the Python tag, as {@code cp311} or {@code pp310}
 * @param abi the ABI tag, as {@code cp311}, {@code cp313t} or {@code pypy310_pp73}
 * @param platform the platform tag without regard to manylinux and musllinux, as {@code
 *     linux_x86_64}
 * @param libc the C library on Linux, as {@code glibc 2.36}; without a version where it is musl's;
 *     else empty
 * @param extensionSuffix what the names of its extension modules end with, as {@code
 *     .cpython-311-x86_64-linux-gnu.so}; empty when it loads none
 * @param freeThreaded whether it is a build without the global interpreter lock (PEP 703)
 */
public record PlatformTags(
    String python,
    String abi,
    String platform,
    String libc,
    String extensionSuffix,
    boolean freeThreaded) {}
