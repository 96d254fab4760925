package dev.hookd.frontend;

/**
 * How products are built. Immutable.
 *
 * @param viaSdist whether a wheel is built from the sdist, unpacked, and not from the tree: it then
 *     holds what whoever builds the sdist gets. Where the backend says that it cannot build an
 *     sdist there (PEP 517, "build_sdist": {@code UnsupportedOperation}), the wheel is built
 *     straight from the tree and there is no sdist, with a warning. Without effect on an input that
 *     is an sdist, and on an editable wheel, which belongs to the tree
 * @param prepareMetadata whether the metadata are prepared before a wheel is built and passed to
 *     {@code build_wheel} as its {@code metadata_directory}, so that a wheel with other metadata is
 *     noticed. pip builds so; {@code python -m build} does not
 */
public record ProductSettings(boolean viaSdist, boolean prepareMetadata) {

  /** Straight from the tree, with prepared metadata. */
  public static final ProductSettings DEFAULT = new ProductSettings(false, true);

  /** The same with another {@link #viaSdist}. */
  public ProductSettings withViaSdist(boolean wanted) {
    return new ProductSettings(wanted, prepareMetadata);
  }

  /** The same with another {@link #prepareMetadata}. */
  public ProductSettings withPrepareMetadata(boolean wanted) {
    return new ProductSettings(viaSdist, wanted);
  }
}
