package dev.hookd.pool;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A pipe inside the JVM. Unlike java.io's it does not care which threads write, and wakes its
 * reader at once.
 */
final class ByteQueue {

  private byte[] bytes = new byte[256];
  private int start;
  private int length;
  private boolean ended;

  synchronized void write(byte[] source, int offset, int count) throws IOException {
    if (ended) {
      throw new IOException("Broken pipe");
    }
    if (start + length + count > bytes.length) {
      byte[] larger = new byte[Math.max(bytes.length, 2 * (length + count))];
      System.arraycopy(bytes, start, larger, 0, length);
      bytes = larger;
      start = 0;
    }
    System.arraycopy(source, offset, bytes, start + length, count);
    length += count;
    notifyAll();
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }

  synchronized int read(byte[] target, int offset, int count) throws IOException {
    while (length == 0 && !ended) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
    if (length == 0) {
      return -1;
    }
    int read = Math.min(count, length);
    System.arraycopy(bytes, start, target, offset, read);
    start += read;
    length -= read;
    return read;
  }

  InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int offset, int count) throws IOException {
        return ByteQueue.this.read(target, offset, count);
      }

      @Override
      public int available() {
        synchronized (ByteQueue.this) {
          return length;
        }
      }
    };
  }

  OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] source, int offset, int count) throws IOException {
        ByteQueue.this.write(source, offset, count);
      }

      @Override
      public void close() {
        end();
      }
    };
  }
}
