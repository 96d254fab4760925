package dev.hookd.frontend.build;

import java.nio.ByteBuffer;

/** Python's compiled modules, which importing a module of the source tree leaves there. */
final class ByteCode {

  /** PEP 552: magic number, flags, and the source's time and size or its hash. */
  private static final int HEADER_BYTES = 16;

  private ByteCode() {}

  /**
   * What a compiled module has to have in common with the other side's: its header, which says what
   * compiled which source, and its length.
   *
   * <p>The rest is left out since it depends on what else has been imported in the process that
   * compiles: {@code marshal} writes for each string whether it is interned there (of a string of
   * one character a process has but one object), and sorts the elements of a set by what it has
   * written for them. What is loaded from either file is the same.
   */
  static byte[] identity(byte[] pyc) {
    int header = Math.min(HEADER_BYTES, pyc.length);
    return ByteBuffer.allocate(header + Integer.BYTES)
        .put(pyc, 0, header)
        .putInt(pyc.length)
        .array();
  }
}
