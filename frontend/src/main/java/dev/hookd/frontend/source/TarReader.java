package dev.hookd.frontend.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * The tar reader of commons-compress, which puts a question mark for bytes of a name that are not
 * UTF-8: two names could become one. This one keeps the bytes in view, so that such a name is told
 * from one that holds a question mark.
 */
final class TarReader extends TarArchiveInputStream {

  /**
   * Each may have a megabyte and is kept to the end; git archive, which writes them, writes one.
   */
  private static final int MAX_GLOBAL_HEADERS = 16;

  /** A pax header, a long name and a long link name, their ends, and room for more. */
  private static final int MAX_HEADERS_PER_ENTRY = 32;

  private static final int TYPE_AT = 156;
  private static final int LINK_NAME_AT = 157;
  private static final int PREFIX_AT = 345;

  private byte @Nullable [] header;
  private int headers;
  private int globalHeaders;

  TarReader(InputStream in) {
    // Lenient about owners and device numbers only, which are not used.
    super(
        in,
        TarConstants.DEFAULT_BLKSIZE,
        TarConstants.DEFAULT_RCDSIZE,
        StandardCharsets.UTF_8.name(),
        true);
  }

  /** The next entry; null at the end. */
  @Nullable TarArchiveEntry nextEntry() throws IOException {
    headers = 0;
    return getNextEntry();
  }

  /** Whether bytes of the current entry's names were replaced, because they are not UTF-8. */
  boolean hasUndecodableName(TarArchiveEntry entry) {
    byte[] record = header;
    // Without the question mark, a pax header has given another name than the record's.
    return record != null
        && ((entry.getName().indexOf('?') >= 0
                && !(isUtf8(record, 0, TarConstants.NAMELEN)
                    && isUtf8(record, PREFIX_AT, TarConstants.PREFIXLEN)))
            || (entry.getLinkName().indexOf('?') >= 0
                && !isUtf8(record, LINK_NAME_AT, TarConstants.NAMELEN)));
  }

  @Override
  protected byte @Nullable [] readRecord() throws IOException {
    byte[] record = super.readRecord();
    if (++headers > MAX_HEADERS_PER_ENTRY) { // the reader calls itself for each
      throw new IOException("an entry has more than " + MAX_HEADERS_PER_ENTRY + " headers");
    }
    if (record != null
        && record[TYPE_AT] == TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER
        && ++globalHeaders > MAX_GLOBAL_HEADERS) {
      throw new IOException("it has more than " + MAX_GLOBAL_HEADERS + " global pax headers");
    }
    header = record; // the entry's own comes after those of its extended headers
    return record;
  }

  @Override
  protected byte[] getLongNameData() throws IOException {
    byte[] name = super.getLongNameData();
    if (name != null && !isUtf8(name, 0, name.length)) {
      throw new IOException("a long name is not UTF-8");
    }
    return name;
  }

  private static boolean isUtf8(byte[] bytes, int from, int length) {
    int end = from;
    while (end < from + length && bytes[end] != 0) {
      end++;
    }
    return Utf8.isValid(bytes, from, end - from);
  }
}
