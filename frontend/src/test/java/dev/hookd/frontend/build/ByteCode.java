package dev.hookd.frontend.build;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Python's compiled modules, which importing a module of the source tree leaves there. */
final class ByteCode {

  /** PEP 552: magic number and flags, the source's time, the source's size. */
  private static final int TIME_AT = 8;

  private static final int TIME_END = 12;
  private static final int HEADER_BYTES = 16;

  private ByteCode() {}

  /**
   * What a compiled module has to have in common with the other side's: its header, which says what
   * compiled which source, and its length. As with files, times do not count: a hook may compile
   * what it has written itself.
   *
   * <p>The rest is left out since it depends on what else has been imported in the process that
   * compiles: {@code marshal} writes for each string whether it is interned there (of a string of
   * one character a process has but one object), and sorts the elements of a set by what it has
   * written for them. What is loaded from either file is the same.
   */
  static byte[] identity(byte[] pyc) {
    byte[] header = Arrays.copyOf(pyc, HEADER_BYTES);
    Arrays.fill(header, TIME_AT, TIME_END, (byte) 0);
    return ByteBuffer.allocate(HEADER_BYTES + Integer.BYTES).put(header).putInt(pyc.length).array();
  }
}
