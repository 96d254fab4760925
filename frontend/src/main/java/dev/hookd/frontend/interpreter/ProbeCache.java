package dev.hookd.frontend.interpreter;

import dev.hookd.frontend.EnvironmentFailedException;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.DurableFiles;
import dev.hookd.frontend.system.FileWitness;
import dev.hookd.frontend.system.Fingerprint;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what interpreters said: in memory, and on disk so that a command line tool need not
 * start one to know it (30 ms, 90 ms through a version manager's shim). An entry is good while
 * every file that the answer depends on is unchanged.
 *
 * <p>Scripts in the place of an interpreter may decide anew at each start. The one kind whose rules
 * are known and written down here is pyenv's; what other scripts said is remembered in memory
 * alone.
 */
final class ProbeCache {

  private static final Logger LOG = LoggerFactory.getLogger(ProbeCache.class);
  private static final String FORMAT = "2";

  private record Entry(PythonInterpreter interpreter, List<FileWitness> witnesses) {
    boolean good() {
      return witnesses.stream().allMatch(FileWitness::unchanged);
    }
  }

  private final CacheDirectory cache;
  private final Map<String, String> environment;
  private final Path workingDirectory;
  private final ConcurrentHashMap<Path, Entry> known = new ConcurrentHashMap<>();

  ProbeCache(CacheDirectory cache, Map<String, String> environment, Path workingDirectory) {
    this.cache = cache;
    this.environment = environment;
    this.workingDirectory = workingDirectory;
  }

  private Path entry(Path executable) {
    String key =
        new Fingerprint()
            .add("format", FORMAT)
            .add("executable", executable.toString())
            .add("directory", pyenvShim(executable) ? workingDirectory.toString() : "")
            .add("version", environment.getOrDefault("PYENV_VERSION", ""))
            .add("root", environment.getOrDefault("PYENV_ROOT", ""))
            .hex();
    return cache.path("interpreters").resolve(key + ".properties");
  }

  Optional<PythonInterpreter> read(Path executable) {
    Entry entry = known.get(executable);
    if (entry == null) {
      entry = load(entry(executable));
      if (entry != null) {
        known.put(executable, entry);
      }
    }
    return entry != null && entry.good() ? Optional.of(entry.interpreter()) : Optional.empty();
  }

  private static @Nullable Entry load(Path file) {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      Properties properties = new Properties();
      properties.load(reader);
      List<FileWitness> witnesses = new ArrayList<>();
      for (int i = 0; properties.containsKey("witness." + i); i++) {
        Path path = Path.of(properties.getProperty("witness." + i, ""));
        witnesses.add(new FileWitness(path, properties.getProperty("state." + i, "")));
      }
      return InterpreterProbe.load(properties)
          .map(found -> new Entry(found, witnesses))
          .orElse(null);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException | IllegalArgumentException e) {
      LOG.debug("the remembered interpreter {} cannot be read; it is asked again", file, e);
      return null;
    }
  }

  /** A cache that cannot be written to costs time and nothing else. */
  void write(Path executable, PythonInterpreter interpreter, Path library) {
    boolean shim = !interpreter.executable().equals(executable);
    List<FileWitness> witnesses = new ArrayList<>();
    witnesses.add(FileWitness.of(executable));
    witnesses.add(FileWitness.of(interpreter.executable()));
    witnesses.add(FileWitness.of(interpreter.baseExecutable()));
    // The binary may stay the same when only its library is replaced.
    witnesses.add(FileWitness.of(library));
    witnesses.add(FileWitness.of(interpreter.prefix().resolve("pyvenv.cfg")));
    if (shim) {
      pyenvChoices(executable).forEach(path -> witnesses.add(FileWitness.of(path)));
    }
    known.put(executable, new Entry(interpreter, witnesses));
    if (shim && !pyenvShim(executable)) {
      return;
    }
    Properties properties = new Properties();
    InterpreterProbe.store(interpreter, properties);
    for (int i = 0; i < witnesses.size(); i++) {
      properties.setProperty("witness." + i, witnesses.get(i).path().toString());
      properties.setProperty("state." + i, witnesses.get(i).state());
    }
    StringWriter text = new StringWriter();
    try {
      properties.store(text, "what " + executable + " said");
      cache.directory("interpreters");
      DurableFiles.replace(entry(executable), text.toString());
    } catch (IOException | EnvironmentFailedException e) {
      LOG.debug("what {} said is not remembered on disk", executable, e);
    }
  }

  /** Below the {@code shims} directory of a pyenv root, which has a {@code versions} beside it. */
  static boolean pyenvShim(Path executable) {
    Path shims = executable.getParent();
    return shims != null
        && shims.endsWith("shims")
        && Files.isDirectory(shims.resolveSibling("versions"));
  }

  /**
   * The files that pyenv looks into, in its order: {@code .python-version} from the working
   * directory up, then the global choice.
   */
  private List<Path> pyenvChoices(Path shim) {
    List<Path> choices = new ArrayList<>();
    for (Path p = workingDirectory; p != null; p = p.getParent()) {
      choices.add(p.resolve(".python-version"));
    }
    Path shims = shim.getParent();
    if (shims != null) {
      choices.add(shims.resolveSibling("version"));
    }
    return choices;
  }
}
