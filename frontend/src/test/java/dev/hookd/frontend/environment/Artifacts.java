package dev.hookd.frontend.environment;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Wheels and sdists of a few bytes, so that real installers have something to install. */
final class Artifacts {

  private Artifacts() {}

  /** A wheel with one module, called like it, that knows its version. */
  static Path wheel(Path directory, String name, String version, String... requires)
      throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    String info = name + "-" + version + ".dist-info/";
    files.put(name + ".py", "version = '" + version + "'\n");
    StringBuilder metadata = new StringBuilder("Metadata-Version: 2.1\nName: " + name + "\n");
    metadata.append("Version: ").append(version).append('\n');
    for (String requirement : requires) {
      metadata.append("Requires-Dist: ").append(requirement).append('\n');
    }
    files.put(info + "METADATA", metadata.append("\n").toString());
    files.put(
        info + "WHEEL",
        "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n\n");
    files.put(info + "entry_points.txt", "[console_scripts]\n" + name + "-tool = " + name + ":x\n");
    StringBuilder record = new StringBuilder();
    files.keySet().forEach(file -> record.append(file).append(",,\n"));
    files.put(info + "RECORD", record.append(info).append("RECORD,,\n").toString());
    Path wheel = directory.resolve(name + "-" + version + "-py3-none-any.whl");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return wheel;
  }

  /**
   * An sdist whose backend is in the tree and needs nothing.
   *
   * @param buildWheel Python statements that run first in build_wheel
   */
  static Path sdist(Path directory, String name, String version, String buildWheel)
      throws IOException {
    return sdist(directory, name, version, buildWheel, List.of());
  }

  /** The same, which needs these to be built. */
  static Path sdist(
      Path directory, String name, String version, String buildWheel, List<String> requires)
      throws IOException {
    String base = name + "-" + version;
    String metadata = "Metadata-Version: 2.1\\nName: " + name + "\\nVersion: " + version + "\\n\\n";
    String backend =
        """
        import os, time, zipfile
        INFO = '@BASE@.dist-info'
        def prepare_metadata_for_build_wheel(directory, config_settings=None):
            os.mkdir(os.path.join(directory, INFO))
            with open(os.path.join(directory, INFO, 'METADATA'), 'w') as f:
                f.write('@META@')
            return INFO
        def build_wheel(directory, config_settings=None, metadata_directory=None):
        @BODY@
            name = '@BASE@-py3-none-any.whl'
            with zipfile.ZipFile(os.path.join(directory, name), 'w') as wheel:
                wheel.writestr('@NAME@.py', 'version = "built"\\n')
                wheel.writestr(INFO + '/METADATA', '@META@')
                wheel.writestr(INFO + '/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\n'
                               'Root-Is-Purelib: true\\nTag: py3-none-any\\n')
                wheel.writestr(INFO + '/RECORD', '@NAME@.py,,\\n%s/METADATA,,\\n%s/WHEEL,,\\n'
                               '%s/RECORD,,\\n' % (INFO, INFO, INFO))
            return name
        """
            .replace("@BODY@", ("pass\n" + buildWheel).strip().indent(4).stripTrailing())
            .replace("@BASE@", base)
            .replace("@META@", metadata)
            .replace("@NAME@", name);
    Path sdist = directory.resolve(base + ".tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(sdist));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      add(tar, base + "/PKG-INFO", metadata.replace("\\n", "\n"));
      add(
          tar,
          base + "/pyproject.toml",
          "[build-system]\nrequires = "
              + requires.stream().map(each -> "'" + each + "'").toList()
              + "\nbuild-backend = 'backend'\nbackend-path = ['.']\n");
      add(tar, base + "/backend.py", backend);
    }
    return sdist;
  }

  private static void add(TarArchiveOutputStream tar, String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }
}
