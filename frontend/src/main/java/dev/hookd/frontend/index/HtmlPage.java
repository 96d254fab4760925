package dev.hookd.frontend.index;

import dev.hookd.frontend.index.PageReader.Context;
import dev.hookd.frontend.index.PageReader.MalformedPageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** A project's page as HTML (PEP 503, 592, 629, 658, 714): every link to a file is a file. */
final class HtmlPage {

  private HtmlPage() {}

  static ProjectPage read(byte[] content, Optional<String> charset, Context context)
      throws MalformedPageException {
    Document page;
    try {
      page =
          Jsoup.parse(
              new ByteArrayInputStream(content), charset.orElse(null), context.base().toString());
    } catch (IOException | IllegalArgumentException e) {
      // A character set that does not exist is an illegal argument.
      throw new MalformedPageException("cannot be read as HTML: " + e.getMessage(), e);
    }
    Element version = page.selectFirst("meta[name=pypi:repository-version]");
    if (version != null) {
      PageReader.checkApiVersion(version.attr("content"), context);
    }
    Element baseElement = page.selectFirst("base[href]");
    URI base =
        baseElement == null
            ? context.base()
            : PageReader.link(context.base(), baseElement.attr("href")).orElse(context.base());
    List<ProjectFile> files = new ArrayList<>();
    for (Element link : page.select("a[href]")) {
      file(link, base, context).ifPresent(files::add);
    }
    return new ProjectPage(context.index(), files, List.of());
  }

  private static Optional<ProjectFile> file(Element link, URI base, Context context) {
    Optional<URI> url = PageReader.link(base, link.attr("href"));
    if (url.isEmpty()) {
      return Optional.empty();
    }
    // Like pip by the URL; servers whose URLs do not end in a file's name have it in the text.
    String name = Urls.fileName(url.get());
    if (DistributionName.parse(name, context.project()).isEmpty()) {
      name = link.text().strip();
      if (DistributionName.parse(name, context.project()).isEmpty()) {
        return Optional.empty();
      }
    }
    String fragment = url.get().getFragment();
    return Optional.of(
        new ProjectFile(
            name,
            PageReader.withoutFragment(url.get()),
            fragment == null ? Map.of() : PageReader.hashesIn(fragment),
            Optional.of(link.attr("data-requires-python").strip()).filter(s -> !s.isEmpty()),
            link.hasAttr("data-yanked") ? Optional.of(link.attr("data-yanked")) : Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            coreMetadata(link),
            context.index()));
  }

  /** PEP 714: the new name counts, the old one only where it alone is there. */
  private static Optional<Map<String, String>> coreMetadata(Element link) {
    String key =
        link.hasAttr("data-core-metadata") ? "data-core-metadata" : "data-dist-info-metadata";
    String value = link.attr(key);
    return !link.hasAttr(key) || value.equals("false")
        ? Optional.empty()
        : Optional.of(PageReader.hashesIn(value));
  }
}
