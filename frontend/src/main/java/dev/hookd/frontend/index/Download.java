package dev.hookd.frontend.index;

import java.nio.file.Path;

/**
 * A file that is here.
 *
 * @param path to read and not to change: others read it too
 * @param sha256 of its bytes, in hexadecimal
 * @param size in bytes
 * @param fromCache whether nothing had to be fetched
 */
public record Download(Path path, String sha256, long size, boolean fromCache) {}
