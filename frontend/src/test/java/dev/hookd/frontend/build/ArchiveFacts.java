package dev.hookd.frontend.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** What is in a wheel or an sdist, entry by entry, so that a difference can be named. */
final class ArchiveFacts {

  private static final int GZIP_HEADER_BYTES = 10;

  private final SortedMap<String, String> facts = new TreeMap<>();
  private final List<String> order = new ArrayList<>();

  private ArchiveFacts() {}

  /** Facts by entry; none for what is no archive. */
  static SortedMap<String, String> of(Path file) throws IOException {
    ArchiveFacts found = new ArchiveFacts();
    String name = file.getFileName().toString();
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return found.facts;
    }
    if (name.endsWith(".whl") || name.endsWith(".zip")) {
      found.readZip(file);
    } else if (name.endsWith(".tar.gz")) {
      found.readTar(file);
    } else {
      return found.facts;
    }
    found.facts.put("order of entries", Sha256.of(String.join("\n", found.order).getBytes(UTF_8)));
    return found.facts;
  }

  private void readZip(Path file) throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        try (InputStream content = zip.getInputStream(entry)) {
          byte[] bytes = content.readAllBytes();
          add(
              entry.getName(),
              "mode %o, method %d".formatted(entry.getUnixMode(), entry.getMethod()),
              bytes,
              String.valueOf(entry.getLastModifiedTime()));
        }
      }
    }
  }

  private void readTar(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    facts.put("gzip header", HexFormat.of().formatHex(bytes, 0, GZIP_HEADER_BYTES));
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new GZIPInputStream(new ByteArrayInputStream(bytes)), UTF_8.name())) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        add(
            entry.getName(),
            "type %c, mode %o, owner %d:%d %s:%s, link '%s'"
                .formatted(
                    entry.getLinkFlag(),
                    entry.getMode(),
                    entry.getLongUserId(),
                    entry.getLongGroupId(),
                    entry.getUserName(),
                    entry.getGroupName(),
                    entry.getLinkName()),
            tar.readAllBytes(),
            String.valueOf(entry.getLastModifiedTime()));
      }
    }
  }

  private void add(String name, String attributes, byte[] content, String time) {
    order.add(name);
    // A name may be there twice; the place of each says which.
    String key = facts.containsKey("content of " + name) ? name + " #" + order.size() : name;
    facts.put(
        "content of " + key, "%d bytes, sha256 %s".formatted(content.length, Sha256.of(content)));
    facts.put("attributes of " + key, attributes);
    facts.put("time of " + key, time);
  }
}
