package dev.hookd.frontend.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * Small files that unpack to more than a disk or a memory holds. They are strung together from
 * compressed members, so that the tests need not compress what nobody is to unpack.
 */
class SdistArchiveBombTest extends UnpackCase {

  private static final int MIB = 1 << 20;
  private static final int BOMB_MIB = 10 << 10;

  private interface Compressor {
    OutputStream around(OutputStream out) throws IOException;
  }

  @Test
  void unpack_tenGigabytesOfGzip_stopAtTheLimit() throws IOException {
    bomb(GZIPOutputStream::new);
    assertThat(Files.size(archive)).isLessThan(12 * MIB);
    assertThat(refused(ArchiveLimits.builder().maxTotalBytes(8 * MIB).build()))
        .hasMessageContaining("unpacks to more than the 8388608 bytes allowed");
  }

  @Test
  void unpack_tenGigabytesOfBzip2_stopAtTheRatio() throws IOException {
    bomb(BZip2CompressorOutputStream::new);
    assertThat(Files.size(archive)).isLessThan(MIB);
    assertThat(refused(ArchiveLimits.builder().maxRatio(10).ratioGraceBytes(4 * MIB).build()))
        .hasMessageContaining("out of proportion to its");
  }

  @Test
  void unpack_tenGigabytesOfXz_stopAtTheRatio() throws IOException {
    bomb(out -> new XZOutputStream(out, new LZMA2Options(0)));
    assertThat(Files.size(archive)).isLessThan(4 * MIB);
    assertThat(refused(ArchiveLimits.builder().maxRatio(2).ratioGraceBytes(4 * MIB).build()))
        .hasMessageContaining("out of proportion to its");
  }

  @Test
  void unpack_xzThatNeedsMuchMemory_isRefused() throws IOException {
    LZMA2Options options = new LZMA2Options(0);
    options.setDictSize(2 * MIB);
    Files.write(archive, compress(project().bytes(), out -> new XZOutputStream(out, options)));
    assertThat(refused(ArchiveLimits.builder().maxDecoderBytes(MIB).build()))
        .hasMessageContaining("KiB of memory to be decompressed; allowed are 1024 KiB");
  }

  /** One call for each of them would overflow the stack. */
  @ParameterizedTest
  @CsvSource({"gzip, 50000", "bzip2, 2000", "xz, 2000"})
  void unpack_manyEmptyMembers_areNone(String kind, int count) throws IOException {
    Compressor compressor =
        switch (kind) {
          case "gzip" -> GZIPOutputStream::new;
          case "bzip2" -> BZip2CompressorOutputStream::new;
          default -> out -> new XZOutputStream(out, new LZMA2Options(0));
        };
    byte[] empty = compress(new byte[0], compressor);
    try (OutputStream file = Files.newOutputStream(archive)) {
      byte[] tar = project().bytes();
      file.write(compress(Arrays.copyOf(tar, 700), compressor));
      file.write(repeat(empty, count));
      file.write(compress(Arrays.copyOfRange(tar, 700, tar.length), compressor));
    }
    try (SourceTree tree = unpack()) {
      assertThat(tree.root().resolve("setup.py")).hasContent("");
    }
  }

  @Test
  void unpack_aMillionEntriesOfTar_stopAtTheLimit() throws IOException {
    RawTar thousand = new RawTar();
    for (int i = 0; i < 1000; i++) {
      thousand.directory("pkg-1.0/d");
    }
    byte[] member = compress(thousand.unfinished(), GZIPOutputStream::new);
    Files.write(archive, repeat(member, 1000));
    assertThat(refused(ArchiveLimits.builder().maxEntries(20_000).build()))
        .hasMessageContaining("has more than the 20000 entries allowed");
  }

  /** The reader would hold the directory of all of them in memory. */
  @Test
  void unpack_manyEntriesOfZip_stopBeforeAllAreRead() throws IOException {
    byte[] name = "pkg-1.0/f".getBytes(UTF_8);
    int entry = 46 + name.length;
    int count = 40_000;
    ByteBuffer zip = ByteBuffer.allocate(30 + count * entry + 22).order(ByteOrder.LITTLE_ENDIAN);
    zip.putInt(0x04034B50).position(30);
    for (int i = 0; i < count; i++) {
      zip.putInt(0x02014B50).position(30 + i * entry + 28);
      zip.putShort((short) name.length).position(30 + i * entry + 46);
      zip.put(name);
    }
    zip.putInt(0x06054B50).position(zip.position() + 4);
    zip.putShort((short) 1).putShort((short) 1); // entries, as it claims
    zip.putInt(count * entry).putInt(30);
    Files.write(archive, zip.array());
    assertThat(refused(ArchiveLimits.builder().maxEntries(1000).build()))
        .hasMessageContaining("has more than the 1000 entries allowed");
  }

  @Test
  void unpack_directoryOfAZipThatNoMemoryHolds_isRefused() throws IOException {
    int comment = 0xFFFF;
    int entry = 46 + comment;
    int count = 80;
    try (var file =
        Files.newByteChannel(
            archive, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
      ByteBuffer header = ByteBuffer.allocate(46).order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(0, 0x04034B50);
      file.write(header.rewind());
      header.putInt(0, 0x02014B50).putShort(32, (short) comment);
      for (int i = 0; i < count; i++) {
        file.position(46 + (long) i * entry);
        file.write(header.rewind());
      }
      file.position(46 + (long) count * entry);
      ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
      end.putInt(0, 0x06054B50).putInt(12, count * entry).putInt(16, 46);
      file.write(end);
    }
    assertThat(refused(ArchiveLimits.builder().maxEntries(1000).build()))
        .hasMessageContaining("has a directory of more than 4 MiB");
  }

  /** Names and pax values are held in memory, of whatever size they claim to be. */
  @ParameterizedTest
  @ValueSource(chars = {'x', 'g', 'L', 'K'})
  void unpack_headersThatClaimGigabytes_areRefused(char type) throws IOException {
    byte[] start = "2000000000 comment=".getBytes(UTF_8);
    byte[] tar =
        project().entry("h".getBytes(UTF_8), type, "", 0644, 0, 2_000_000_000L, start).unfinished();
    byte[] filler = compress("n".repeat(MIB).getBytes(UTF_8), GZIPOutputStream::new);
    try (OutputStream file = Files.newOutputStream(archive)) {
      file.write(compress(tar, GZIPOutputStream::new));
      file.write(repeat(filler, 4));
    }
    assertThat(refused()).hasMessageContaining("has a header of absurd length");
  }

  /** The reader calls itself for each. */
  @ParameterizedTest
  @ValueSource(chars = {'x', 'g', 'L', 'K'})
  void unpack_headersOfHeaders_areRefused(char type) {
    RawTar tar = project();
    for (int i = 0; i < 5000; i++) {
      tar.entry("h", type, "", 0644, 0, new byte[0]);
    }
    tar.file("pkg-1.0/f", "").gzip(archive);
    assertThat(refused()).hasMessageMatching("(?s).* is damaged: .*(headers|long name|Pax).*");
  }

  @Test
  void unpack_globalHeadersWithoutEnd_areRefused() {
    RawTar tar = project();
    for (int i = 0; i < 17; i++) {
      tar.entry("g", 'g', "", 0644, 0, ("8 a" + i % 10 + "=bc\n").getBytes(UTF_8));
      tar.file("pkg-1.0/f" + i, "");
    }
    tar.gzip(archive);
    assertThat(refused()).hasMessageContaining("more than 16 global pax headers");
  }

  /** A file and then 10 GiB of zeros: the content of ten more. */
  private void bomb(Compressor compressor) throws IOException {
    byte[] start = compress(project().unfinished(), compressor);
    byte[] header =
        compress(
            new RawTar()
                .entry("pkg-1.0/z".getBytes(UTF_8), '0', "", 0644, 0, 1L << 30, new byte[0])
                .unfinished(),
            compressor);
    byte[] zeros = compress(new byte[8 * MIB], compressor);
    try (OutputStream file = Files.newOutputStream(archive)) {
      file.write(start);
      for (int written = 0; written < BOMB_MIB; written += 1 << 10) {
        file.write(header);
        file.write(repeat(zeros, (1 << 10) / 8));
      }
    }
  }

  private static byte[] compress(byte[] bytes, Compressor compressor) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressed = compressor.around(out)) {
      compressed.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] repeat(byte[] bytes, int times) {
    ByteBuffer all = ByteBuffer.allocate(bytes.length * times);
    for (int i = 0; i < times; i++) {
      all.put(bytes);
    }
    return all.array();
  }

  private static RawTar project() {
    return new RawTar().directory("pkg-1.0").file("pkg-1.0/setup.py", "");
  }
}
