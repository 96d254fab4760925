package dev.hookd.frontend.environment;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A file in which daemons keep what they have learned about one backend, as it was found. */
public sealed interface LearnedFile {

  Path file();

  record Usable(Path file, LearnedModules modules) implements LearnedFile {}

  /**
   * One that daemons do without. Safe to delete: they learn again.
   *
   * @param reason why it cannot be used, for a person
   */
  record Unusable(Path file, String reason) implements LearnedFile {}

  /** The files of a directory that may be missing, by name. */
  static List<LearnedFile> allIn(Path directory) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.json")) {
      entries.forEach(files::add);
    } catch (NoSuchFileException e) {
      return List.of(); // nothing has been learned yet
    } catch (IOException | DirectoryIteratorException e) {
      return List.of(new Unusable(directory, e.toString()));
    }
    Collections.sort(files);
    List<LearnedFile> found = new ArrayList<>();
    for (Path file : files) {
      try {
        found.add(new Usable(file, LearnedModules.read(file)));
      } catch (IOException e) {
        found.add(new Unusable(file, String.valueOf(e.getMessage())));
      }
    }
    return List.copyOf(found);
  }
}
