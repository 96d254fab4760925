package dev.hookd.frontend.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hookd.frontend.DistributionNotFoundException;
import dev.hookd.frontend.requirement.Version;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {

  private static final List<String> ASKED = List.of("https://a.example.org/simple/");

  private static ProjectFile file(String name, boolean yanked, boolean metadata, String index) {
    return new ProjectFile(
        name,
        URI.create("https://files.example.org/" + index + "/" + name),
        Map.of(),
        Optional.empty(),
        yanked ? Optional.of("bad") : Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        metadata ? Optional.of(Map.of()) : Optional.empty(),
        index);
  }

  private static ProjectPage page(String... names) {
    List<ProjectFile> files =
        Arrays.stream(names).map(name -> file(name, false, false, "a")).toList();
    return new ProjectPage("a", files, List.of());
  }

  private static Selection select(String version, boolean wheels, ProjectPage... pages) {
    return Selector.select("foo-bar", Version.parse(version), wheels, List.of(pages), ASKED);
  }

  private static List<String> names(List<ProjectFile> files) {
    return files.stream().map(ProjectFile::fileName).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "foo-bar-1.0.tar.gz, foo-bar, 1.0, .tar.gz",
    "Foo_Bar-1.0.ZIP, foo.bar, 1.0, .zip",
    "foo-1.0-2.tgz, foo, 1.0-2, .tgz",
    "foo-2-1.0.tar.bz2, foo-2, 1.0, .tar.bz2",
    "foo-2-1.0.tar.xz, foo, 2-1.0, .tar.xz",
    "a.b-c-1.tar.gz, a-b-c, 1, .tar.gz",
    "foo-1.0-py3-none-any.whl, foo, 1.0, .whl",
    "foo-1.0-1build-cp311-abi3-linux_x86_64.whl, foo, 1.0, .whl"
  })
  void parse_ofADistribution_findsItsVersion(
      String fileName, String project, String version, String extension) {
    DistributionName name = DistributionName.parse(fileName, project).orElseThrow();

    assertThat(name.version()).isEqualTo(version);
    assertThat(name.extension()).isEqualTo(extension);
  }

  @ParameterizedTest
  @CsvSource({
    "foo-1.0.egg, foo",
    "foo-1.0.tar.gz.asc, foo",
    "foobar-1.0.tar.gz, foo",
    "foo.tar.gz, foo",
    "foo-1.0-any.whl, foo",
    "foo-1.0-x-py3-none-any.whl, foo",
    "'foo-1.0 .tar.gz', foo",
    "foo/foo-1.0.tar.gz, foo",
    "foo-ü.tar.gz, foo"
  })
  void parse_ofAnythingElse_findsNothing(String fileName, String project) {
    assertThat(DistributionName.parse(fileName, project)).isEmpty();
  }

  @Test
  void select_amongSeveralSdists_takesTheBestFormat() {
    Selection selection =
        select(
            "1.0",
            false,
            page(
                "foo-bar-1.0.tar.bz2",
                "foo-bar-1.0.zip",
                "foo_bar-1.0.tar.gz",
                "foo_bar-1.0-py3-none-any.whl",
                "foo_bar-1.1.tar.gz"));

    assertThat(names(selection.sdists()))
        .containsExactly("foo_bar-1.0.tar.gz", "foo-bar-1.0.zip", "foo-bar-1.0.tar.bz2");
    assertThat(selection.wheels()).isEmpty();
  }

  @Test
  void select_comparesVersionsAndNotTheirSpelling() {
    Selection selection =
        select(
            "1.0",
            false,
            page("foo-bar-1.0.0.tar.gz", "foo-bar-1.0+local.tar.gz", "foo-bar-1.zip"));

    assertThat(names(selection.sdists())).containsExactly("foo-bar-1.0.0.tar.gz", "foo-bar-1.zip");
    assertThat(names(select("1.0rc1", false, page("foo-bar-1.0-RC.1.tar.gz")).sdists())).hasSize(1);
  }

  @Test
  void select_whenTheSpellingIsThere_prefersIt() {
    Selection selection = select("1.0", false, page("foo-bar-1.0.0.tar.gz", "foo-bar-1.0.zip"));

    assertThat(selection.best().fileName()).isEqualTo("foo-bar-1.0.zip");
  }

  @Test
  void select_takesYankedFilesOnlyWhereThereAreNoOthers() {
    ProjectPage page =
        new ProjectPage(
            "a",
            List.of(
                file("foo-bar-1.0.tar.gz", true, false, "a"),
                file("foo-bar-1.0.zip", false, false, "a"),
                file("foo-bar-2.0.tar.gz", true, false, "a")),
            List.of());

    assertThat(select("1.0", false, page).best().fileName()).isEqualTo("foo-bar-1.0.zip");
    assertThat(select("2.0", false, page).best().yanked()).contains("bad");
  }

  @Test
  void select_withWheels_putsThoseFirstWhoseMetadataIsServed() {
    ProjectPage page =
        new ProjectPage(
            "a",
            List.of(
                file("foo_bar-1-cp311-cp311-linux_x86_64.whl", false, true, "a"),
                file("foo_bar-1-py3-none-any.whl", false, false, "a"),
                file("foo_bar-1-py2.py3-none-any.whl", false, true, "a")),
            List.of());

    Selection selection = select("1", true, page);

    assertThat(names(selection.wheels()))
        .containsExactly(
            "foo_bar-1-py2.py3-none-any.whl",
            "foo_bar-1-cp311-cp311-linux_x86_64.whl",
            "foo_bar-1-py3-none-any.whl");
    assertThat(selection.wheelWithMetadata()).contains(selection.best());
  }

  @Test
  void select_whenTwoIndexesHaveAFile_takesTheFirstIndex() {
    ProjectPage first =
        new ProjectPage("a", List.of(file("foo-bar-1.tar.gz", false, false, "a")), List.of());
    ProjectPage second =
        new ProjectPage("b", List.of(file("foo-bar-1.tar.gz", false, false, "b")), List.of());

    assertThat(select("1", false, second, first).sdists())
        .extracting(ProjectFile::index)
        .containsExactly("b");
  }

  @Test
  void select_whenTheVersionIsMissing_namesItsNeighboursAndTheIndexes() {
    String[] names = new String[30];
    Arrays.setAll(names, i -> "foo-bar-1." + (i < 15 ? i : i + 1) + ".tar.gz");

    DistributionNotFoundException failure =
        catchThrowableOfType(
            DistributionNotFoundException.class, () -> select("1.15", false, page(names)));

    assertThat(failure)
        .hasMessage(
            "foo-bar has no version 1.15 on https://a.example.org/simple/; there are ..., 1.20,"
                + " 1.19, 1.18, 1.17, 1.16, 1.14, 1.13, 1.12, 1.11, 1.10, ...");
    assertThat(failure.versions()).hasSize(30).startsWith("1.30", "1.29").endsWith("1.0");
    assertThat(failure.indexes()).isEqualTo(ASKED);
  }

  @Test
  void select_whenOnlyALocalVersionExists_saysHowToNameIt() {
    DistributionNotFoundException failure =
        catchThrowableOfType(
            DistributionNotFoundException.class,
            () -> select("1.0", false, page("foo-bar-1.0+cpu.tar.gz")));

    assertThat(failure.hint()).contains("with its local part it is foo-bar==1.0+cpu");
  }

  @Test
  void select_whenThereAreOnlyWheels_saysSo() {
    DistributionNotFoundException failure =
        catchThrowableOfType(
            DistributionNotFoundException.class,
            () -> select("1", false, page("foo_bar-1-py3-none-any.whl")));

    assertThat(failure).hasMessageContaining("has no sdist").hasMessageEndingWith("only wheels");
    assertThat(failure.hint())
        .contains("metadata can be had with --allow-wheels, though not with --policy build");
  }

  @Test
  void select_whenNoIndexHasTheProject_saysWhichWereAsked() {
    DistributionNotFoundException failure =
        catchThrowableOfType(DistributionNotFoundException.class, () -> select("1", false));

    assertThat(failure).hasMessage("there is no project foo-bar on https://a.example.org/simple/");
    assertThat(failure.versions()).isEmpty();
  }
}
