package dev.hookd.frontend.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.MetadataSource;
import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticMetadataTest {

  private static final String FLIT =
      "[build-system]\nrequires = [\"flit_core >=3.2,<4\"]\nbuild-backend = \"flit_core.buildapi\"\n";

  private static final String PROJECT = "[project]\nname = \"Ex.ample\"\nversion = \"1.0\"\n";

  private static final BuildSettings ALL = BuildSettings.DEFAULT;

  private static final BuildSettings RESOLUTION =
      BuildSettings.builder().metadataFields(MetadataField.RESOLUTION).build();

  private final Map<String, byte[]> files = new HashMap<>();

  @Test
  void pkgInfo_withoutDynamic_isTheAnswerByteForByte() {
    String pkgInfo = "Metadata-Version: 2.5\nName: a\nVersion: 1\nRequires-Dist: b\n\ntext\n";

    StaticAnswer.Known known = known(pkgInfo(pkgInfo), ALL);

    assertThat(known.source()).isEqualTo(MetadataSource.STATIC_PKG_INFO);
    assertThat(known.metadata().text()).isEqualTo(pkgInfo);
    assertThat(known.fields()).isEqualTo(MetadataField.OF_THE_WHEEL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.2", "2.0", "2.1", "2", "2.x", "3.0", "02.2", "2.2 "})
  void pkgInfo_ofAnotherVersion_isNotTrusted(String version) {
    pkgInfo("Metadata-Version: " + version + "\nName: a\nVersion: 1\n");

    assertThat(unknown(RESOLUTION)).contains("metadata version").contains("2.2");
  }

  @Test
  void pkgInfo_withADynamicField_answersTheOthers() {
    pkgInfo("Metadata-Version: 2.5\nName: a\nVersion: 1\nDynamic: LICENSE-File\nDynamic: x\n");

    assertThat(unknown(ALL)).contains("License-File").doesNotContain("Requires-Dist");
    assertThat(known(files, RESOLUTION).fields())
        .containsAll(MetadataField.RESOLUTION)
        .doesNotContain(MetadataField.LICENSE_FILE);
  }

  @Test
  void pkgInfo_withADynamicFieldOfAResolver_isNoAnswerForIt() {
    pkgInfo("Metadata-Version: 2.4\nName: a\nVersion: 1\nDynamic: requires-dist\n");

    assertThat(unknown(RESOLUTION)).contains("does not promise: Requires-Dist");
  }

  @ParameterizedTest
  @CsvSource({"2.3, License-Expression", "2.3, License", "2.3, License-File", "2.4, Import-Name"})
  void pkgInfo_promisesNoFieldThatIsNewerThanItself(String version, String field) {
    pkgInfo("Metadata-Version: " + version + "\nName: a\nVersion: 1\n");

    assertThat(unknown(ALL)).contains(field);
    assertThat(known(files, RESOLUTION).fields()).contains(MetadataField.SUMMARY);
  }

  @Test
  void pkgInfo_ofABackendThatWasNotCompared_answersResolversAlone() {
    pkgInfo("Metadata-Version: 2.5\nName: a\nVersion: 1\n");
    files.put("pyproject.toml", bytes("[build-system]\nbuild-backend = \"maturin\"\n"));

    assertThat(unknown(ALL)).contains("Classifier").contains("License-Expression");
    assertThat(known(files, RESOLUTION).fields()).isEqualTo(MetadataField.RESOLUTION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Requires-Dist: caf\u00e9\n", // Latin-1 in the file
        "Requires-Python: >=3\nRequires-Python: >=4\n",
        "Dynamic: \u00e9\n"
      })
  void pkgInfo_withAFieldThatCannotBeUnderstood_isNoAnswer(String field) {
    String text = "Metadata-Version: 2.5\nName: a\nVersion: 1\n" + field;
    files.put("PKG-INFO", text.getBytes(StandardCharsets.ISO_8859_1));
    files.put("setup.py", bytes(""));

    assertThat(unknown(RESOLUTION)).contains("PKG-INFO");
  }

  @Test
  void pkgInfo_inASourceTree_isNotTrusted() {
    pkgInfo("Metadata-Version: 2.5\nName: a\nVersion: 1\n");

    assertThat(StaticMetadata.answer(files, false, RESOLUTION))
        .isInstanceOf(StaticAnswer.Unknown.class);
  }

  @Test
  void otherBackendOrConfigSettings_meanThatHooksAreAsked() {
    pkgInfo("Metadata-Version: 2.5\nName: a\nVersion: 1\n");

    assertThat(unknown(RESOLUTION.toBuilder().backend(BuildBackend.of("x")).build()))
        .contains("another backend");
    ConfigSettings some = ConfigSettings.of(Map.of("a", "b"));
    assertThat(unknown(RESOLUTION.toBuilder().configSettings(some).build()))
        .contains("config settings");
    assertThat(known(files, RESOLUTION.toBuilder().configSettings(ConfigSettings.EMPTY).build()))
        .isNotNull();
  }

  @Test
  void noProject_isNoAnswer() {
    files.put("PKG-INFO", bytes("Metadata-Version: 2.5\nName: a\nVersion: 1\n"));

    assertThat(unknown(RESOLUTION)).contains("neither pyproject.toml nor setup.py");
  }

  @Test
  void project_thatIsComplete_isTheAnswerForAResolver() {
    pyproject(
        FLIT
            + PROJECT
            + """
            requires-python = ">=3.8"
            dependencies = ["b[x]>=1,<2", "c (>=1) ; python_version < '3' or os_name == 'nt'", "d"]
            dynamic = ["description"]
            [project.optional-dependencies]
            a-b = ["e>=1; os_name == 'nt'", "f", "Ex_ample[c]"]
            c = ["g; (python_version < '3.10' or sys_platform not in 'win32 cygwin')"]
            """);

    StaticAnswer.Known known = known(files, RESOLUTION);

    assertThat(known.source()).isEqualTo(MetadataSource.STATIC_PYPROJECT);
    assertThat(known.fields()).isEqualTo(MetadataField.RESOLUTION);
    CoreMetadata metadata = known.metadata();
    assertThat(metadata.name()).isEqualTo("Ex.ample");
    assertThat(metadata.version()).isEqualTo("1.0");
    assertThat(metadata.requiresPython()).contains(">=3.8");
    assertThat(metadata.providesExtra()).containsExactly("a-b", "c");
    assertThat(metadata.requiresDist())
        .containsExactly(
            "b[x]>=1,<2",
            "c (>=1) ; python_version < '3' or os_name == 'nt'",
            "d",
            "e>=1 ; (os_name == 'nt') and extra == \"a-b\"",
            "f ; extra == \"a-b\"",
            "Ex_ample[c] ; extra == \"a-b\"",
            "g ; ((python_version < '3.10' or sys_platform not in 'win32 cygwin')) and extra =="
                + " \"c\"");
    assertThat(unknown(ALL)).contains("Summary").contains("License-File");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dynamic = [\"version\"]",
        "dynamic = [\"dependencies\"]",
        "dynamic = [\"optional-dependencies\"]",
        "dynamic = [\"requires-python\"]",
        "dynamic = \"version\"",
        "dependencies = [\"a @ https://example.org/a.zip\"]",
        "dependencies = [\"a @ {root:uri}/b\"]",
        "dependencies = [\"a>=1\\nRequires-Dist: evil\"]",
        "dependencies = [\"a; os_name == 'x'\\nRequires-Dist: evil\"]",
        "dependencies = [\"a\\n>=1\"]",
        "dependencies = [\"a!\"]",
        "dependencies = [\"a-\"]",
        "dependencies = [\"a ()\"]",
        "dependencies = [\"a (>=1\"]",
        "dependencies = [\"a>=1,\"]",
        "dependencies = [\"a>=1.*\"]",
        "dependencies = [\"a===1\"]",
        "dependencies = [\"a>=1RC1\"]", // hatchling writes it in lower case
        "dependencies = [\"a[]\"]",
        "dependencies = [\"a[x,]\"]",
        "dependencies = [\"a[x y]\"]",
        "dependencies = [\"a[x_y]\"]", // setuptools hands it on, hatchling normalises it
        "dependencies = [\"a[X]\"]",
        "dependencies = [\"a\", \"b\", \"A\"]", // hatchling writes it once
        "dependencies = [\"a;os_name=='x'\", \"a ; os_name == 'x'\"]",
        "dependencies = [\"a;\"]",
        "dependencies = [\"a; os_name\"]",
        "dependencies = [\"a; os_name = 'x'\"]",
        "dependencies = [\"a; os_name == 'x' and\"]",
        "dependencies = [\"a; (os_name == 'x'\"]",
        "dependencies = [\"a; python_version >= 3.8\"]",
        "dependencies = [\"a; os.name == 'x'\"]", // packaging rewrites it
        "dependencies = [\"a; extra == 'x'\"]",
        "dependencies = [\"a; os_name == 'x #y'\"]", // a comment to setuptools
        "dependencies = [\"a; os_name == '{root}'\"]", // filled in by hatchling
        "dependencies = [1]",
        "dependencies = { a = \"1\" }",
        "requires-python = \"3\\nRequires-Dist: evil\"",
        "requires-python = \"whatever\"",
        "requires-python = \"\"",
        "requires-python = \">=3.8,\"",
        "requires-python = \">=3.8.*\"",
        "optional-dependencies = { x = [\"a; os_name = 'x'\"] }",
        "optional-dependencies = { x = [\"a\", \"a\"] }",
        "optional-dependencies = { X = [\"a\"] }", // PEP 685: not all versions of all backends
        "optional-dependencies = { x_y = [\"a\"] }",
        "optional-dependencies = { x--y = [\"a\"] }",
        "optional-dependencies = { x = [] }",
        "optional-dependencies = { x = [\"a\"], X = [\"b\"] }",
        "optional-dependencies = { \"x y\" = [\"a\"] }",
        "optional-dependencies = []"
      })
  void project_thatIsDynamicOrUnusual_isNoAnswer(String line) {
    pyproject(FLIT + PROJECT + line + "\n");

    assertThat(unknown(RESOLUTION)).contains("pyproject.toml");
  }

  @Test
  void project_thatHatchlingWouldResolve_isNoAnswer() {
    String extras = "[project.optional-dependencies]\na = [\"b\"]\nall = [\"ex_ample[a]\"]\n";
    pyproject(FLIT + PROJECT + extras);
    assertThat(known(files, RESOLUTION).metadata().requiresDist())
        .containsExactly("b ; extra == \"a\"", "ex_ample[a] ; extra == \"all\"");

    pyproject(
        "[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n"
            + PROJECT
            + extras);
    assertThat(unknown(RESOLUTION)).contains("ex_ample[a]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0.RC1", "v1", "1.0-1", "01.0", "1.0+local.A"})
  void project_withAVersionThatBackendsNormalise_isNoAnswer(String version) {
    pyproject(FLIT + "[project]\nname = \"a\"\nversion = \"" + version + "\"\n");

    assertThat(unknown(RESOLUTION)).contains("project.version");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "requires = [\"x\"]\nbuild-backend = \"x\"",
        "requires = [\"poetry-core>=2\"]\nbuild-backend = \"poetry.core.masonry.api\"",
        "requires = [\"flit_core>=3.2\"]\nbuild-backend = \"flit_core.buildapi\"\nbackend-path=[\".\"]",
        "requires = [\"flit_core<4\"]\nbuild-backend = \"flit_core.buildapi\"",
        "requires = [\"flit_core>=2\"]\nbuild-backend = \"flit_core.buildapi\"",
        "requires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"",
        "requires = [\"setuptools>=61\", \"x\"]\nbuild-backend = \"setuptools.build_meta\"",
        "requires = [\"setuptools>=61\"]\nbuild-backend = \"setuptools.build_meta:__legacy__\"",
        "requires = [\"setuptools>=61\"]",
        "requires = [\"pdm-backend\", \"x\"]\nbuild-backend = \"pdm.backend\""
      })
  void project_withABackendThatMayChangeIt_isNoAnswer(String buildSystem) {
    pyproject("[build-system]\n" + buildSystem + "\n" + PROJECT);

    assertThat(unknown(RESOLUTION)).contains("pyproject.toml");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      delimiter = '|',
      value = {
        "hatchling|hatchling.build|[tool.hatch.metadata.hooks.x]|",
        "hatchling|hatchling.build|[tool.hatch.build.targets.wheel.hooks.x]|",
        "hatchling|hatchling.build||hatch.toml",
        "pdm-backend|pdm.backend|[tool.pdm.build]|",
        "pdm-backend|pdm.backend||pdm_build.py",
        "setuptools>=61|setuptools.build_meta||setup.py",
        "setuptools>=61|setuptools.build_meta||setup.cfg",
        "setuptools>=61|setuptools.build_meta|[tool.distutils.egg_info]|"
      })
  void project_withHooksOfItsBackend_isNoAnswer(
      String requirement, String backend, String table, String file) {
    String buildSystem =
        "[build-system]\nrequires = [\""
            + requirement
            + "\"]\nbuild-backend = \""
            + backend
            + "\"\n";
    pyproject(buildSystem + PROJECT);
    assertThat(known(files, RESOLUTION).source()).isEqualTo(MetadataSource.STATIC_PYPROJECT);

    if (table != null) {
      pyproject(buildSystem + PROJECT + table + "\na = 1\n");
    } else {
      files.put(file, bytes("[metadata]\nname = x\n"));
    }

    assertThat(unknown(RESOLUTION)).contains("pyproject.toml");
  }

  @Test
  void setupCfg_thatTagsNothing_isHarmless() {
    pyproject(
        "[build-system]\nrequires = [\"setuptools>=77\", \"wheel\"]\n"
            + "build-backend = \"setuptools.build_meta\"\n"
            + PROJECT);
    files.put("setup.cfg", bytes("[egg_info]\ntag_build = \ntag_date = 0\n\n"));
    assertThat(known(files, RESOLUTION)).isNotNull();

    files.put("setup.cfg", bytes("[egg_info]\ntag_build = dev\ntag_date = 0\n\n"));
    assertThat(unknown(RESOLUTION)).contains("setup.cfg");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[project", "\ufeff[project]", "[[project]]\n", ""})
  void pyproject_thatCannotBeRead_isNoAnswer(String text) {
    pyproject(text);

    assertThat(unknown(RESOLUTION)).contains("pyproject.toml");
    assertThat(StaticMetadata.requiresPython(files, true)).isEmpty();
  }

  @Test
  void requiresPython_isThatOfPkgInfoOfAnyVersion_elseOfTheProject() {
    pyproject(FLIT + PROJECT + "requires-python = '>=3.9'\n");
    assertThat(StaticMetadata.requiresPython(files, true)).contains(">=3.9");

    files.put("PKG-INFO", bytes("Metadata-Version: 1.2\nName: a\nRequires-Python: >=3.7\n"));
    assertThat(StaticMetadata.requiresPython(files, true)).contains(">=3.7");
    assertThat(StaticMetadata.requiresPython(files, false)).contains(">=3.9");
  }

  private Map<String, byte[]> pkgInfo(String text) {
    files.put("PKG-INFO", bytes(text));
    files.put("setup.py", bytes(""));
    return files;
  }

  private void pyproject(String text) {
    files.put("pyproject.toml", bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static StaticAnswer.Known known(Map<String, byte[]> files, BuildSettings settings) {
    StaticAnswer answer = StaticMetadata.answer(files, true, settings);
    assertThat(answer).isInstanceOf(StaticAnswer.Known.class);
    return (StaticAnswer.Known) answer;
  }

  private String unknown(BuildSettings settings) {
    StaticAnswer answer = StaticMetadata.answer(files, true, settings);
    assertThat(answer).isInstanceOf(StaticAnswer.Unknown.class);
    return ((StaticAnswer.Unknown) answer).reason();
  }
}
