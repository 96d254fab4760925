package dev.hookd.frontend.interpreter;

import dev.hookd.frontend.system.SearchPath;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where interpreters are: lists them, runs none. The order is that of how deliberately somebody
 * chose the place: named for hookd, active in this shell, on PATH (in its order, in a directory
 * first what it calls {@code python3}), then what version managers and the system have, newest
 * first. pyenv's installations stand where PATH has its shims, which lead to them.
 */
final class PythonPlaces {

  private static final Logger LOG = LoggerFactory.getLogger(PythonPlaces.class);

  /** A file that may be an interpreter. */
  record Candidate(Path file, PythonSource source, PythonName name) {}

  private static final Comparator<PythonName> NEWEST_FIRST =
      Comparator.comparing(PythonName::version, Comparator.nullsLast(Comparator.reverseOrder()));

  /** In a directory: its default, then CPython's series, then PyPy. */
  private static final Comparator<Candidate> IN_DIRECTORY =
      Comparator.<Candidate>comparingInt(each -> rank(String.valueOf(each.file().getFileName())))
          .thenComparing(Candidate::name, NEWEST_FIRST);

  private final Map<String, String> environment;
  private final Path systemRoot;
  private final Map<Path, Candidate> found = new LinkedHashMap<>();

  private PythonPlaces(Map<String, String> environment, Path systemRoot) {
    this.environment = environment;
    this.systemRoot = systemRoot;
  }

  /**
   * Each file once, links to one file counted as one.
   *
   * @param systemRoot what the system's usual places are below; {@code /} but for tests
   */
  static List<Candidate> list(Map<String, String> environment, Path systemRoot) {
    PythonPlaces places = new PythonPlaces(environment, systemRoot);
    places.addNamed();
    places.addOnPath();
    places.addPyenv(places.pyenvRoot().resolve("versions"));
    places.addUv();
    places.addSystem();
    return List.copyOf(places.found.values());
  }

  private void addNamed() {
    String named = environment.getOrDefault("HOOKD_PYTHON", "").strip();
    if (named.indexOf('/') >= 0) {
      path(named).ifPresent(file -> add(file, PythonSource.HOOKD_PYTHON));
    } else if (!named.isEmpty()) {
      // Where it is a version and no command, there is no such file, and nothing is added.
      SearchPath.find(environment, named).forEach(file -> add(file, PythonSource.HOOKD_PYTHON));
    }
    path(environment.getOrDefault("VIRTUAL_ENV", ""))
        .ifPresent(root -> add(root.resolve("bin/python"), PythonSource.VIRTUAL_ENV));
  }

  private void addOnPath() {
    for (Path directory : SearchPath.directories(environment)) {
      Path usual = directory.resolve("python3");
      if (ProbeCache.pyenvShim(usual)) {
        // The other shims lead to installations that come next, or, not being selected, nowhere.
        add(usual, PythonSource.PATH);
        add(directory.resolve("python"), PythonSource.PATH);
        addPyenv(directory.resolveSibling("versions"));
      } else {
        addDirectory(directory, PythonSource.PATH);
      }
    }
  }

  private void addPyenv(Path versions) {
    addInstallations(versions, PythonSource.PYENV, PythonName::ofPyenv);
  }

  private Path pyenvRoot() {
    return path(environment.getOrDefault("PYENV_ROOT", "")).orElse(home().resolve(".pyenv"));
  }

  private void addUv() {
    Path data =
        path(environment.getOrDefault("XDG_DATA_HOME", "")).orElse(home().resolve(".local/share"));
    Path root =
        path(environment.getOrDefault("UV_PYTHON_INSTALL_DIR", ""))
            .orElse(data.resolve("uv/python"));
    addInstallations(root, PythonSource.UV, PythonName::ofUv);
  }

  private void addSystem() {
    for (String each : List.of("usr/local/bin", "usr/bin", "opt/homebrew/bin", "opt/local/bin")) {
      addDirectory(systemRoot.resolve(each), PythonSource.SYSTEM);
    }
    List<Candidate> more = new ArrayList<>();
    // The images that wheels are built in, the macOS installer, what is unpacked by hand.
    for (String each :
        List.of("opt/python", "Library/Frameworks/Python.framework/Versions", "opt")) {
      for (Path installation : entries(systemRoot.resolve(each), "*")) {
        more.addAll(inDirectory(installation.resolve("bin"), PythonSource.SYSTEM));
      }
    }
    more.sort(Comparator.comparing(Candidate::name, NEWEST_FIRST));
    more.forEach(this::add);
  }

  /** One directory for each installation, with the interpreter in {@code bin}. */
  private void addInstallations(Path root, PythonSource source, Function<Path, PythonName> naming) {
    List<Candidate> installed = new ArrayList<>();
    for (Path installation : entries(root, "*")) {
      // pyenv-virtualenv's environments are each somebody's, not interpreters to choose from.
      if (!Files.exists(installation.resolve("pyvenv.cfg"))) {
        List.of("python3", "python", "pypy3").stream()
            .map(name -> installation.resolve("bin").resolve(name))
            .filter(PythonPlaces::isProgram)
            .findFirst()
            .ifPresent(
                file -> installed.add(new Candidate(file, source, naming.apply(installation))));
      }
    }
    installed.sort(
        Comparator.comparing(Candidate::name, NEWEST_FIRST)
            .thenComparing(Candidate::file, Comparator.reverseOrder()));
    installed.forEach(this::add);
  }

  private void addDirectory(Path directory, PythonSource source) {
    inDirectory(directory, source).forEach(this::add);
  }

  private static List<Candidate> inDirectory(Path directory, PythonSource source) {
    return entries(directory, "{python,pypy}*").stream()
        .filter(file -> PythonName.isCommand(file) && isProgram(file))
        .map(file -> new Candidate(file, source, name(file)))
        .sorted(IN_DIRECTORY)
        .toList();
  }

  private static int rank(String name) {
    return switch (name) {
      case "python3" -> 0;
      case "python" -> 1;
      default -> name.startsWith("python") ? 2 : 3;
    };
  }

  private void add(Path file, PythonSource source) {
    if (isProgram(file)) {
      add(new Candidate(file, source, name(file)));
    }
  }

  private void add(Candidate candidate) {
    found.putIfAbsent(identity(candidate.file()), candidate);
  }

  /** What a link leads to says more than its own name: {@code python3} is {@code python3.11}. */
  private static PythonName name(Path file) {
    PythonName real = PythonName.ofCommand(real(file));
    return real.version() == null ? PythonName.ofCommand(file) : real;
  }

  /** The Python of a virtual environment is a link, and yet another interpreter (PEP 405). */
  private static Path identity(Path file) {
    Path directory = file.getParent();
    if (directory != null && Files.exists(directory.resolveSibling("pyvenv.cfg"))) {
      return real(directory).resolve("python");
    }
    return real(file);
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file; // what is wrong with it shows when it is asked
    }
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  private static Collection<Path> entries(Path directory, String glob) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
      stream.forEach(entries::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return entries; // most places do not exist on most machines
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("{} cannot be searched for interpreters", directory, e);
    }
    entries.sort(Comparator.naturalOrder());
    return entries;
  }

  private Path home() {
    return path(environment.getOrDefault("HOME", ""))
        .orElseGet(() -> Path.of(System.getProperty("user.home")));
  }

  private static Optional<Path> path(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text).toAbsolutePath());
    } catch (InvalidPathException e) {
      return Optional.empty(); // no file has such a name
    }
  }
}
