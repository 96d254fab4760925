package dev.hookd.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that has a text, and then cannot be read further. */
final class BrokenInput extends InputStream {

  private final InputStream text;

  BrokenInput(String text) {
    this.text = new ByteArrayInputStream(text.getBytes(Main.UTF_8));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = text.read(target, offset, length);
    if (count < 0) {
      throw new IOException("Is a directory");
    }
    return count;
  }
}
