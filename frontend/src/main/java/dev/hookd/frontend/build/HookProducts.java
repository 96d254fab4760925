package dev.hookd.frontend.build;

import dev.hookd.client.HookResult;
import dev.hookd.frontend.InvalidProjectException;
import dev.hookd.protocol.Hook;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** What a hook says that it made, checked: the name comes from code that is not trusted. */
public final class HookProducts {

  private HookProducts() {}

  /**
   * The file or directory that the hook named, in the directory that it was given.
   *
   * @throws InvalidProjectException if it named nothing, not a plain name (PEP 517: "the basename
   *     (not the full path)"), or something that is not there or not of the right kind
   */
  public static Path of(Hook hook, HookResult result, Path directory) {
    String name =
        result
            .basename()
            .orElseThrow(() -> wrong(hook, "returned None, expected the name of what it made"));
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.indexOf('\\') >= 0
        || name.chars().anyMatch(Character::isISOControl)) {
      throw wrong(
          hook,
          "returned '" + name + "', expected a name without directory part or control characters");
    }
    String suffix = suffix(hook);
    if (!name.endsWith(suffix)) {
      throw wrong(hook, "returned '" + name + "', expected a name that ends with " + suffix);
    }
    Path product;
    try {
      product = directory.resolve(name);
    } catch (InvalidPathException e) { // half a surrogate pair, for example
      throw wrong(hook, "returned '" + name + "', which cannot be the name of a file");
    }
    boolean wanted =
        suffix.equals(".dist-info")
            ? Files.isDirectory(product, LinkOption.NOFOLLOW_LINKS)
            : Files.isRegularFile(product, LinkOption.NOFOLLOW_LINKS);
    if (!wanted) {
      throw wrong(hook, "returned '" + name + "', which it did not make");
    }
    return product;
  }

  private static String suffix(Hook hook) {
    return switch (hook) {
      case PREPARE_METADATA_FOR_BUILD_WHEEL, PREPARE_METADATA_FOR_BUILD_EDITABLE -> ".dist-info";
      case BUILD_WHEEL, BUILD_EDITABLE -> ".whl";
      case BUILD_SDIST -> ".tar.gz";
      default -> throw new IllegalArgumentException(hook + " makes nothing");
    };
  }

  private static InvalidProjectException wrong(Hook hook, String what) {
    return new InvalidProjectException(
        "the hook " + hook.wireName() + " " + what,
        "this is an error of the project's build backend",
        null);
  }
}
