package dev.hookd.frontend.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps the content of a few files right below the top directory, and writes nothing. */
final class FilePicker implements EntrySink {

  private final Set<String> wanted;
  private final int maxBytes;
  private final Map<String, byte[]> contents = new HashMap<>();
  private final Set<String> unread = new HashSet<>();

  FilePicker(Set<String> wanted, int maxBytes) {
    this.wanted = wanted;
    this.maxBytes = maxBytes;
  }

  Map<String, byte[]> contents() {
    return contents;
  }

  /** The wanted names that are there but were not kept. */
  Set<String> unread() {
    return unread;
  }

  @Override
  public void directory(EntryName name) {
    skip(name);
  }

  @Override
  public void file(
      EntryName name,
      InputStream content,
      Set<PosixFilePermission> permissions,
      @Nullable FileTime modified) {
    if (!isWanted(name)) {
      return;
    }
    byte[] bytes;
    try {
      bytes = content.readNBytes(maxBytes + 1);
    } catch (IOException e) { // never: EntryContent's are unchecked
      throw new UncheckedIOException(e);
    }
    if (bytes.length > maxBytes) {
      skip(name);
    } else {
      contents.put(name.components().get(1), bytes);
    }
  }

  @Override
  public void hardLink(EntryName name, EntryName target) {
    skip(name);
  }

  @Override
  public void symbolicLink(EntryName name, String target) {
    skip(name);
  }

  @Override
  public void directoryTime(EntryName name, FileTime modified) {}

  private void skip(EntryName name) {
    if (isWanted(name)) {
      unread.add(name.components().get(1));
    }
  }

  private boolean isWanted(EntryName name) {
    return name.depth() == 2 && wanted.contains(name.components().get(1));
  }
}
