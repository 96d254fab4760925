package dev.hookd.cli;

import dev.hookd.frontend.Product;
import java.util.EnumSet;
import java.util.Set;
import picocli.CommandLine.Option;

/** What to build. */
final class ProductOptions {

  @Option(names = "--wheel", description = "A wheel.")
  private boolean wheel;

  @Option(names = "--sdist", description = "An sdist.")
  private boolean sdist;

  @Option(names = "--editable", description = "An editable wheel (PEP 660).")
  private boolean editable;

  /** The products asked for; empty when none was. */
  Set<Product> products() {
    Set<Product> products = EnumSet.noneOf(Product.class);
    if (sdist) {
      products.add(Product.SDIST);
    }
    if (wheel) {
      products.add(Product.WHEEL);
    }
    if (editable) {
      products.add(Product.EDITABLE);
    }
    return products;
  }
}
