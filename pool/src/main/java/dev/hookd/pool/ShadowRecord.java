package dev.hookd.pool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What one run of a verification came to.
 *
 * @param tree what has become of the source tree, as {@link TreeState} has it
 * @param products what the hook has made, the same way
 * @param productFiles where the products are kept
 */
record ShadowRecord(
    ShadowAnswer answer,
    Map<String, String> tree,
    Map<String, String> products,
    Path productFiles) {

  /** Of the run that has just ended in this place. */
  static ShadowRecord of(ShadowAnswer answer, Scratch scratch, CancelSignal cancel)
      throws IOException, NotVerifiedException {
    Map<String, String> tree = TreeState.of(scratch.tree(), cancel);
    Path products = scratch.keepProducts();
    return new ShadowRecord(answer, tree, TreeState.of(products, cancel), products);
  }
}
