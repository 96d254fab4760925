package dev.hookd.frontend.build;

import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.frontend.Product;
import dev.hookd.frontend.source.PrivateDirectory;
import dev.hookd.protocol.HookArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Builds wheels and sdists. */
public final class ProjectBuilder {

  private ProjectBuilder() {}

  /**
   * Builds one product. The backend writes into a private directory beside the result, so that the
   * finished file can be moved to its place at once, whole.
   *
   * @param outputDirectory exists
   * @return the file, absolute
   * @throws InvalidProjectException if the backend did not make what it says
   */
  public static Path build(ProjectSession project, Product product, Path outputDirectory)
      throws IOException {
    try (PrivateDirectory work = PrivateDirectory.create(outputDirectory, ".hookd-")) {
      HookArguments arguments =
          product == Product.SDIST
              ? new HookArguments(null, work.path(), null, null)
              : new HookArguments(work.path(), null, null, null);
      Path made =
          HookProducts.of(
              product.buildHook(), project.call(product.buildHook(), arguments), work.path());
      Path target = outputDirectory.resolve(made.getFileName());
      return Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
