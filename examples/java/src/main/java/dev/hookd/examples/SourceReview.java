package dev.hookd.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookd.client.HookdException;
import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.Hookd;
import dev.hookd.frontend.Input;
import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.frontend.MetadataPolicy;
import dev.hookd.frontend.MetadataResult;
import dev.hookd.frontend.metadata.CoreMetadata;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;

/**
 * A scanner for the review of open source: for each sdist a JSON object with what it says of
 * itself, what it is built with, and the licence files in it.
 *
 * <p>What is declared and what is there are kept apart, since that they differ is what a reviewer
 * looks for. Whether code of the sdist had to be run for an answer is said as well.
 */
public final class SourceReview {

  /** Files whose name says that they state terms, by PEP 639's usual names and REUSE's folder. */
  private static final Pattern LICENSE_FILE =
      Pattern.compile(
          "(?i).*/(LICEN[CS]ES/[^/]+|(LICEN[CS]E|COPYING|COPYRIGHT|NOTICE|AUTHORS)([-._](?!pyc?$)[^/]*)?)");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Hookd hookd;
  private final BuildSettings settings;

  SourceReview(Hookd hookd, BuildSettings settings) {
    this.hookd = hookd;
    this.settings = settings;
  }

  /** The exit status is 1 when an sdist could not be reviewed in full. */
  public static void main(String[] arguments) throws IOException {
    boolean isStaticOnly = arguments.length > 0 && arguments[0].equals("--static-only");
    List<String> files = List.of(arguments).subList(isStaticOnly ? 1 : 0, arguments.length);
    if (files.size() < 2) {
      System.err.println("usage: SourceReview [--static-only] REPORT.json SDIST...");
      System.exit(2);
    }
    BuildSettings.Builder settings = BuildSettings.builder();
    if (isStaticOnly) { // no code of strangers is run, and what it alone knows is an error
      settings.metadataPolicy(MetadataPolicy.STATIC_ONLY);
    }
    List<Path> sdists = files.stream().skip(1).map(Path::of).toList();
    ArrayNode report;
    try (Hookd hookd = Hookd.builder().build()) {
      report = new SourceReview(hookd, settings.build()).review(sdists);
    }
    JSON.writerWithDefaultPrettyPrinter().writeValue(Path.of(files.get(0)).toFile(), report);
    boolean complete = true;
    for (JsonNode sdist : report) {
      complete &= !sdist.has("error");
    }
    System.exit(complete ? 0 : 1);
  }

  /** An object for each sdist, in that order. */
  ArrayNode review(List<Path> sdists) throws IOException {
    // All at once: the front end bounds what runs, and the metadata of one are got while the files
    // of another are read.
    List<CompletableFuture<MetadataResult>> metadata = new ArrayList<>();
    for (Path sdist : sdists) {
      metadata.add(hookd.metadataAsync(Input.of(sdist), settings));
    }
    ArrayNode report = JSON.createArrayNode();
    for (int i = 0; i < sdists.size(); i++) {
      report.add(review(sdists.get(i), metadata.get(i)));
    }
    return report;
  }

  private ObjectNode review(Path sdist, CompletableFuture<MetadataResult> metadata)
      throws IOException {
    ObjectNode report = JSON.createObjectNode();
    report.put("file", sdist.toString());
    try (Hookd.Project project =
        hookd.open(Input.of(sdist), settings)) { // refuses hostile archives
      try (InputStream bytes = Files.newInputStream(sdist)) {
        report.put("sha256", sha256(bytes));
      }
      ObjectNode build = report.putObject("build");
      build.put("backend", project.backend().object());
      build.put("backend_in_sdist", project.backend().isInTree());
      project.declaredRequirements().forEach(build.putArray("requires")::add);
      ObjectNode license = report.putObject("license");
      licenseFiles(sdist).forEach(license.putObject("files")::put);
      MetadataResult result = metadata.join();
      report.put("metadata_source", result.source().label());
      report.put("ran_code", !result.source().isStatic());
      describe(report, result.metadata());
      describeLicense(license, result.metadata());
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof HookdException failure)) {
        throw e;
      }
      explain(report, failure);
    } catch (InvalidProjectException e) {
      explain(report, e);
    }
    return report;
  }

  private static void describe(ObjectNode report, CoreMetadata metadata) {
    report.put("name", metadata.name());
    report.put("version", metadata.version());
    for (String field : List.of("Author", "Author-email", "Maintainer", "Maintainer-email")) {
      metadata.first(field).ifPresent(value -> report.put(key(field), value));
    }
    metadata.first("Requires-Python").ifPresent(value -> report.put("requires_python", value));
    metadata.all("Requires-Dist").forEach(report.putArray("requires_dist")::add);
    ObjectNode urls = report.putObject("urls");
    metadata.first("Home-page").ifPresent(url -> urls.put("Home-page", url));
    for (String url : metadata.all("Project-URL")) { // "a label, a comma, the URL"
      int comma = url.indexOf(',');
      urls.put(url.substring(0, Math.max(comma, 0)).strip(), url.substring(comma + 1).strip());
    }
  }

  private static void describeLicense(ObjectNode report, CoreMetadata metadata) {
    for (String field : List.of("License-Expression", "License")) {
      metadata.first(field).ifPresent(value -> report.put(key(field), value));
    }
    ArrayNode classifiers = report.putArray("classifiers");
    metadata.all("Classifier").stream()
        .filter(classifier -> classifier.startsWith("License ::"))
        .forEach(classifiers::add);
    metadata.all("License-File").forEach(report.putArray("declared_files")::add);
  }

  /** Name -> sha256 of each licence file, without the name of the sdist's top directory. */
  private static Map<String, String> licenseFiles(Path sdist) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (ArchiveInputStream<?> archive = entries(sdist)) {
      ArchiveEntry entry;
      while ((entry = archive.getNextEntry()) != null) {
        String name = entry.getName();
        if (!entry.isDirectory() && LICENSE_FILE.matcher(name).matches()) {
          files.put(name.substring(name.indexOf('/') + 1), sha256(archive));
        }
      }
    }
    return files;
  }

  private static ArchiveInputStream<?> entries(Path sdist) throws IOException {
    InputStream bytes = new BufferedInputStream(Files.newInputStream(sdist));
    try {
      return sdist.toString().endsWith(".zip")
          ? new ZipArchiveInputStream(bytes)
          : new TarArchiveInputStream(new GZIPInputStream(bytes));
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  private static String sha256(InputStream bytes) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(bytes, digest).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String key(String field) {
    return field.toLowerCase(Locale.ROOT).replace('-', '_');
  }

  private static void explain(ObjectNode report, HookdException failure) {
    ObjectNode error = report.putObject("error");
    error.put("kind", failure.kind()).put("message", failure.getMessage());
    failure.hint().ifPresent(hint -> error.put("hint", hint));
  }
}
