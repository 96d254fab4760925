package dev.hookd.frontend.index;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file of a project, as an index lists it.
 *
 * @param fileName plain ASCII, without a directory
 * @param url where it is; without fragment
 * @param hashes hexadecimal in lower case, by algorithm ({@code sha256}...); may be empty
 * @param requiresPython version specifiers as the index has them, not checked
 * @param yanked the reason why nobody should take it any longer (PEP 592); may be the empty text
 * @param size in bytes
 * @param uploadTime when the index got it
 * @param coreMetadata present where the index serves the wheel's metadata beside it (PEP 658): its
 *     hashes, none where the index says none
 * @param index which listed it, for people: without credentials
 */
public record ProjectFile(
    String fileName,
    URI url,
    Map<String, String> hashes,
    Optional<String> requiresPython,
    Optional<String> yanked,
    OptionalLong size,
    Optional<Instant> uploadTime,
    Optional<Map<String, String>> coreMetadata,
    String index) {

  public ProjectFile {
    hashes = Map.copyOf(hashes);
    coreMetadata = coreMetadata.map(Map::copyOf);
    // Both become parts of a path.
    if (!DistributionName.isPlain(fileName)) {
      throw new IllegalArgumentException("not the name of a file: '" + fileName + "'");
    }
    if (!hashes.values().stream().allMatch(hash -> hash.matches("[0-9a-f]{32,128}"))) {
      throw new IllegalArgumentException("not all of these are hashes: " + hashes);
    }
  }

  public boolean isWheel() {
    return fileName.endsWith(".whl");
  }

  /** Without what of the URL may be secret. */
  @Override
  public String toString() {
    return fileName + " (" + Urls.shown(url) + ")";
  }
}
