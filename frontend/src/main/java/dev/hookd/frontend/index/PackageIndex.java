package dev.hookd.frontend.index;

import dev.hookd.frontend.DistributionNotFoundException;
import dev.hookd.frontend.HashMismatchException;
import dev.hookd.frontend.IndexException.Request;
import dev.hookd.frontend.IndexUnreachableException;
import dev.hookd.frontend.InvalidIndexAnswerException;
import dev.hookd.frontend.requirement.ProjectName;
import dev.hookd.frontend.requirement.Version;
import dev.hookd.frontend.system.CacheDirectory;
import dev.hookd.frontend.system.SingleFlight;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The package indexes of a configuration, as one. All of them are asked, and an index that cannot
 * be asked is a failure: what is found must not depend on which server happens to be up.
 *
 * <p>Thread-safe; equal questions at one time are one request. Methods block; a thread that is
 * interrupted leaves with {@link InterruptedException}, and its request is cancelled. There is
 * nothing to close.
 *
 * <p>All methods throw a subclass of {@link dev.hookd.frontend.IndexException} for what an index or
 * the way to it is to blame for, and {@link IOException} for the disk of this machine.
 */
public final class PackageIndex {

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?");

  private final IndexConfig config;
  private final Requests requests;
  private final Pages pages;
  private final Downloads downloads;

  private PackageIndex(IndexConfig config, Requests requests, Pages pages, Downloads downloads) {
    this.config = config;
    this.requests = requests;
    this.pages = pages;
    this.downloads = downloads;
  }

  /**
   * Connects to nothing yet.
   *
   * @throws IndexUnreachableException when the file of certificates cannot be used
   */
  public static PackageIndex of(IndexConfig config, CacheDirectory cache) {
    return of(config, cache, SystemTime.real());
  }

  static PackageIndex of(IndexConfig config, CacheDirectory cache, SystemTime time) {
    Transport transport;
    try {
      transport = new Transport(config, new Credentials(places(config), netrc(config)));
    } catch (IOException e) {
      String file = config.certificates().map(Path::toString).orElse("");
      throw new IndexUnreachableException(
          "the file of certificates " + file + " cannot be used: " + e.getMessage(),
          new Request(file, 0, 0),
          "give a file of certificates in PEM format; PIP_CERT, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE"
              + " and SSL_CERT_FILE name one too",
          e);
    }
    Requests requests = new Requests(config, transport, time);
    return new PackageIndex(
        config,
        requests,
        new Pages(config, requests, time),
        new Downloads(config, requests, cache));
  }

  /** What the caller has named: the indexes, and the pages of links. */
  private static List<URI> places(IndexConfig config) {
    return Stream.concat(
            config.indexes().stream(),
            config.findLinks().stream().flatMap(place -> FindLinks.page(place).stream()))
        .toList();
  }

  private static Netrc netrc(IndexConfig config) {
    Optional<Path> file = config.netrc().filter(Files::isRegularFile);
    if (file.isEmpty()) {
      return Netrc.EMPTY;
    }
    try {
      return Netrc.read(file.get());
    } catch (IOException e) {
      Events.warn(config.listener(), file.get() + " is not used: " + e.getMessage());
      return Netrc.EMPTY;
    }
  }

  /**
   * What the indexes have of a project: find-links first, then the indexes in their order; only
   * those that have it.
   *
   * @param project in any spelling
   * @throws IllegalArgumentException when it cannot be a project's name
   */
  List<ProjectPage> pages(String project) throws IOException, InterruptedException {
    return interruptibly(() -> allPages(normalize(project)));
  }

  /**
   * The files of exactly this version: {@code 1.0} and {@code 1.0.0} are one, {@code 1.0+local} is
   * another. Yanked files are taken where there are no others, since the version is pinned (PEP
   * 592), and the listener is warned. {@code requires-python} is not looked at.
   *
   * @param project in any spelling
   * @param wheels whether wheels will do
   * @throws IllegalArgumentException when it cannot be a project's name
   * @throws DistributionNotFoundException when there is no such file; it has the versions that are
   */
  public Selection select(String project, Version version, boolean wheels)
      throws IOException, InterruptedException {
    String name = normalize(project);
    List<ProjectPage> found = interruptibly(() -> allPages(name));
    Selection selection = Selector.select(name, version, wheels, found, asked());
    selection
        .best()
        .yanked()
        .ifPresent(
            reason ->
                Events.warn(
                    config.listener(),
                    selection.best().fileName()
                        + " is yanked"
                        + (reason.isEmpty() ? "" : ": " + reason)));
    return selection;
  }

  /**
   * The file of a direct reference, {@code name @ url}; nothing is asked yet.
   *
   * @param url {@code https}, {@code http} or {@code file}, of an sdist or a wheel; hashes may
   *     stand in the fragment, as in {@code #sha256=...}
   * @throws InvalidIndexAnswerException when it is of another kind
   */
  public ProjectFile direct(String url) {
    URI uri =
        Urls.resolve(null, url)
            .orElseThrow(() -> unusable("...", "the direct reference is no URL", null));
    String shown = Urls.shown(uri);
    String scheme = Urls.scheme(uri);
    boolean file = scheme.equals("file") && List.of("", "localhost").contains(Urls.host(uri));
    if (!file && !Urls.isHttp(uri)) {
      throw unusable(
          shown,
          shown + " cannot be fetched: URLs of the kind " + scheme + " are not known",
          "give the URL of an sdist or a wheel; clone a repository yourself and give its path");
    }
    String fileName = Urls.fileName(uri);
    if (!DistributionName.isDistribution(fileName)) {
      throw unusable(
          shown,
          shown + " does not end in the name of an sdist or a wheel",
          "sdists end in " + String.join(", ", DistributionName.SDISTS) + ", wheels in .whl");
    }
    String fragment = uri.getFragment() == null ? "" : uri.getFragment();
    if (fragment.startsWith("subdirectory=") || fragment.contains("&subdirectory=")) {
      throw unusable(
          shown,
          shown + " is wanted from a subdirectory, which is not supported",
          "unpack it, and give the subdirectory's path");
    }
    requireUsableHashes(fragment, shown);
    return new ProjectFile(
        fileName,
        file ? Path.of(uri.getPath()).toUri() : PageReader.withoutFragment(uri),
        PageReader.hashesIn(fragment),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        shown);
  }

  /**
   * The file itself, from the cache or over the network, its hash and its size checked. Without a
   * hash it is fetched each time.
   *
   * @throws HashMismatchException when it is not what the index promised
   */
  public Download download(ProjectFile file) throws IOException, InterruptedException {
    return interruptibly(() -> downloads.get(file));
  }

  /**
   * The metadata of a wheel, without the wheel (PEP 658).
   *
   * @param wheel whose {@code coreMetadata} is present
   * @throws HashMismatchException when they are not what the index promised
   */
  public byte[] coreMetadata(ProjectFile wheel) throws IOException, InterruptedException {
    Map<String, String> hashes =
        wheel
            .coreMetadata()
            .orElseThrow(
                () -> new IllegalArgumentException("the index has no metadata of " + wheel));
    URI uri = URI.create(wheel.url() + ".metadata");
    MemorySink[] sink = new MemorySink[1];
    requests.get(
        IndexListener.Resource.METADATA,
        uri,
        Set.of(200),
        () -> {
          MemorySink next = new MemorySink(config.limits().metadataBytes());
          sink[0] = next;
          return new Fetch(
              uri,
              Map.of("Accept-Encoding", "identity"),
              config.timeouts().page(),
              (status, headers) -> status == 200 ? next : null);
        });
    byte[] metadata = sink[0].content("");
    Hashes.best(hashes)
        .ifPresent(
            expected ->
                Downloads.check(
                    uri,
                    expected,
                    Hashes.hex(Hashes.digest(expected.algorithm()).digest(metadata)),
                    200));
    return metadata;
  }

  /** A hash that cannot be checked must not pass for none. */
  private static void requireUsableHashes(String fragment, String shown) {
    Map<String, String> usable = PageReader.hashesIn(fragment);
    for (String part : fragment.split("&", -1)) {
      String key = part.substring(0, Math.max(part.indexOf('='), 0));
      if (!key.isEmpty() && !key.equals("egg") && !usable.containsKey(key)) {
        throw unusable(
            shown,
            shown + " comes with '" + key + "', which is no hash that can be checked",
            "write #sha256= and 64 hexadecimal digits");
      }
    }
  }

  private List<ProjectPage> allPages(String project) throws IOException, InterruptedException {
    List<ProjectPage> found = new ArrayList<>();
    if (config.offline()) {
      for (String location : config.findLinks()) {
        if (FindLinks.page(location).isEmpty()) {
          links(location, project).filter(page -> !page.files().isEmpty()).ifPresent(found::add);
        }
      }
      if (!found.isEmpty()) {
        return found; // what is elsewhere cannot be known
      }
    }
    for (String location : config.findLinks()) {
      links(location, project).filter(page -> !page.files().isEmpty()).ifPresent(found::add);
    }
    for (URI index : config.indexes()) {
      pages.get(Urls.below(index, project), project).ifPresent(found::add);
    }
    return found;
  }

  /** A directory that is not there has no files: pip warns as well, and goes on. */
  private Optional<ProjectPage> links(String location, String project)
      throws IOException, InterruptedException {
    Optional<URI> page = FindLinks.page(location);
    if (page.isPresent()) {
      return pages.get(page.get(), project);
    }
    try {
      return Optional.of(FindLinks.directory(location, project));
    } catch (NoSuchFileException | NotDirectoryException e) {
      Events.warn(config.listener(), "find-links names no directory: " + location);
      return Optional.empty();
    }
  }

  /** What is asked for every project, for people. */
  private List<String> asked() {
    List<String> asked =
        new ArrayList<>(config.findLinks().stream().map(FindLinks::shown).toList());
    config.indexes().forEach(index -> asked.add(Urls.shown(index)));
    return asked;
  }

  private static String normalize(String project) {
    if (!NAME.matcher(project).matches()) {
      throw new IllegalArgumentException("'" + project + "' is not the name of a project");
    }
    return ProjectName.normalize(project);
  }

  private static InvalidIndexAnswerException unusable(
      String shown, String message, @org.jspecify.annotations.Nullable String hint) {
    return new InvalidIndexAnswerException(message, new Request(shown, 0, 0), hint, null);
  }

  /** An interrupted thread's file operations fail with an exception of their own. */
  private static <T> T interruptibly(SingleFlight.Work<T, IOException> work)
      throws IOException, InterruptedException {
    try {
      return work.run();
    } catch (ClosedByInterruptException e) {
      Thread.interrupted();
      InterruptedException interrupted = new InterruptedException("while working with files");
      interrupted.initCause(e);
      throw interrupted;
    }
  }
}
