package dev.hookd.client;

/** Keeps the last bytes of an endless stream. Thread-safe. */
final class TailBuffer {

  private byte[] ring = new byte[0];
  private final int capacity;
  private long total;

  TailBuffer(int capacity) {
    this.capacity = capacity;
  }

  synchronized void append(byte[] bytes, int length) {
    int kept = Math.min(length, capacity);
    grow((int) Math.min(capacity, total + length));
    total += length - kept;
    for (int i = length - kept; i < length; i++) {
      ring[(int) (total++ % capacity)] = bytes[i];
    }
  }

  /** Most daemons say nothing at all, so the memory is taken only when it is needed. */
  private void grow(int wanted) {
    if (wanted > ring.length) {
      byte[] larger = new byte[Math.min(capacity, Math.max(wanted, 2 * ring.length))];
      System.arraycopy(ring, 0, larger, 0, (int) Math.min(total, ring.length));
      ring = larger;
    }
  }

  synchronized OutputTail tail() {
    if (total <= capacity) {
      return OutputTail.decode(ring, (int) total, total);
    }
    byte[] ordered = new byte[capacity];
    int start = (int) (total % capacity);
    System.arraycopy(ring, start, ordered, 0, capacity - start);
    System.arraycopy(ring, 0, ordered, capacity - start, start);
    return OutputTail.decode(ordered, capacity, total);
  }
}
