package dev.hookd.frontend.interpreter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Scripts that say they are a Python of some version: no machine has all those that a search must
 * tell apart. Each run adds the script's path to a file.
 */
final class FakePython {

  private final Path runs;

  FakePython(Path runs) throws IOException {
    this.runs = Files.createFile(runs);
  }

  /** Which of them were run, in order. */
  List<String> runs() throws IOException {
    return Files.readAllLines(runs);
  }

  /** A script at this path which says that it is CPython of that version. */
  Path cpython(Path file, String version) throws IOException {
    return says(file, "cpython", version, "", ".cpython-311-x86_64-linux-gnu.so");
  }

  Path freeThreaded(Path file, String version) throws IOException {
    return says(file, "cpython", version, "t", ".cpython-313t-x86_64-linux-gnu.so");
  }

  Path pypy(Path file, String version) throws IOException {
    return says(file, "pypy", version, "", ".pypy310-pp73-x86_64-linux-gnu.so");
  }

  private Path says(Path file, String implementation, String version, String flags, String suffix)
      throws IOException {
    StringBuilder script = new StringBuilder();
    for (String fact :
        List.of(
            "executable=" + file,
            "base_executable=" + file,
            "implementation=" + implementation,
            "abiflags=" + flags,
            "hexversion=" + 0x03080000L,
            "version=" + version,
            "prefix=/usr",
            "base_prefix=/usr",
            "extension_suffix=" + suffix,
            "platform_tag=linux_x86_64",
            "libc=glibc 2.36",
            "library=" + file)) {
      script.append("echo 'hookd-probe ").append(fact).append("'\n");
    }
    return script(file, script.toString());
  }

  Path broken(Path file) throws IOException {
    return script(file, "exit 127\n");
  }

  private Path script(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling("x").getParent());
    Files.writeString(file, "#!/bin/sh\necho " + file + " >> " + runs + "\n" + text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
