package dev.hookd.frontend.source;

import java.util.Map;
import java.util.Set;

/**
 * Files of an sdist that were read without unpacking it.
 *
 * @param topDirectory the name of the archive's one top-level directory, {@code {name}-{version}}
 * @param contents name -> bytes of each wanted file that lies right in the top-level directory; the
 *     arrays are not copied
 * @param unread the wanted names that are there but are no plain file of a bearable size: a link, a
 *     directory, a file of more than {@link ArchiveLimits#maxReadBytes}. Whoever needs them unpacks
 * @param sha256 of the archive file, in hexadecimal, lower case: of the very bytes that were read
 */
public record SdistFiles(
    String topDirectory, Map<String, byte[]> contents, Set<String> unread, String sha256) {

  public SdistFiles {
    contents = Map.copyOf(contents);
    unread = Set.copyOf(unread);
  }
}
