package dev.hookd.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ClientMessageEncoderTest {

  private static final Path TREE = Path.of("/src/tree").toAbsolutePath();
  private static final BuildBackend BACKEND = BuildBackend.of("flit_core.buildapi");
  private static final HookArguments ARGUMENTS =
      new HookArguments(
          Path.of("out/wheel"),
          Path.of("out/sdist"),
          Path.of("out/meta"),
          ConfigSettings.ofJson("{\"--a\": [\"b\", \"ä\"]}"));

  private final ProtocolCodec codec = new ProtocolCodec(ProtocolLimits.DEFAULT);

  @AfterEach
  void close() {
    codec.close();
  }

  @Test
  void encode_actions_areOneLineEach() {
    assertThat(encode(new ClientMessage.Hello())).isEqualTo("hello\n");
    assertThat(encode(new ClientMessage.Run())).isEqualTo("run\n");
    assertThat(encode(new ClientMessage.Cancel())).isEqualTo("cancel\n");
    assertThat(encode(new ClientMessage.Shutdown())).isEqualTo("shutdown\n");
  }

  static Stream<Arguments> everyExpectationOfEveryHook() {
    return Arrays.stream(Hook.values())
        .flatMap(
            hook ->
                Arrays.stream(Expectation.values())
                    .map(expectation -> Arguments.of(hook, expectation)));
  }

  @ParameterizedTest
  @MethodSource("everyExpectationOfEveryHook")
  void encode_answer_isTheLineAskedFor(Hook hook, Expectation expectation) {
    BuildBackend backend = new BuildBackend("backend:object.attribute", List.of("_build", "a/b"));
    HookRequest request = HookRequest.of(TREE, backend, hook, ARGUMENTS);
    String expected =
        switch (expectation) {
          case ACTION -> "run\n";
          case BUILD_BACKEND -> "backend:object.attribute\n";
          case BACKEND_PATH -> "_build\na/b\n\n";
          case HOOK_NAME -> hook.wireName() + "\n";
          case WHEEL_DIRECTORY -> Path.of("out/wheel") + "\n";
          case SDIST_DIRECTORY -> Path.of("out/sdist") + "\n";
          case METADATA_DIRECTORY -> Path.of("out/meta") + "\n";
          case CONFIG_SETTINGS -> "{\"--a\":[\"b\",\"\\u00E4\"]}\n";
        };
    for (String spelling : spellings(expectation)) {
      Expectation asked = Expectation.ofWireName(spelling).orElseThrow();
      assertThat(encode(new ClientMessage.Answer(asked, request))).as(spelling).isEqualTo(expected);
    }
  }

  private static List<String> spellings(Expectation expectation) {
    return List.of(expectation.wireName(), expectation.wireName().replace('_', '-'));
  }

  @ParameterizedTest
  @EnumSource(Expectation.class)
  void encode_answerWithoutAValue_isAnEmptyLine(Expectation expectation) {
    HookRequest request =
        HookRequest.of(TREE, BuildBackend.of(""), Hook.BUILD_WHEEL, HookArguments.NONE);
    String expected =
        switch (expectation) {
          case ACTION -> "run\n";
          case HOOK_NAME -> "build_wheel\n";
          default -> "\n";
        };

    assertThat(encode(new ClientMessage.Answer(expectation, request))).isEqualTo(expected);
  }

  @Test
  void encode_answerWithLineFeeds_staysOneLine() {
    HookRequest request =
        HookRequest.of(
            TREE,
            new BuildBackend("a\nb", List.of("c\nd", "", "ä\u20ac\ud83d\udc0d")),
            Hook.BUILD_WHEEL,
            new HookArguments(Path.of("w\n\n\\"), null, null, null));

    assertThat(answer(Expectation.BUILD_BACKEND, request)).isEqualTo("a\\nb\n");
    assertThat(answer(Expectation.WHEEL_DIRECTORY, request)).isEqualTo("w\\n\\n\\\n");
    assertThat(answer(Expectation.BACKEND_PATH, request))
        .as("an empty directory must not end the list")
        .isEqualTo("c\\nd\n.\nä\u20ac\ud83d\udc0d\n\n");
  }

  @Test
  void encode_answerWithALoneSurrogate_isRefusedAndTheNextIsFine() {
    HookRequest request =
        HookRequest.of(TREE, BuildBackend.of("a\ud800b"), Hook.BUILD_WHEEL, HookArguments.NONE);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> answer(Expectation.BUILD_BACKEND, request))
        .withMessageContaining("lone surrogate");
    assertThat(answer(Expectation.HOOK_NAME, request)).isEqualTo("build_wheel\n");
  }

  @Test
  void encode_classicConfigSettings_holdNoTwoCharactersThatADaemonMayTakeForALineFeed()
      throws Exception {
    Map<String, String> values =
        Map.of("key", "line\nfeed \\n \\\\n \\ \" \t \r \u0001 \ud83d\udc0d end\\");
    HookRequest request = config(ConfigSettings.of(values));

    String line = answer(Expectation.CONFIG_SETTINGS, request);

    assertThat(line).endsWith("}\n").doesNotContain("\\n");
    assertThat(Json.MAPPER.readTree(line).get("key").textValue()).isEqualTo(values.get("key"));
  }

  @Test
  void encode_classicConfigSettings_nullIsEmptyAndNoneIsBraces() {
    assertThat(answer(Expectation.CONFIG_SETTINGS, config(null))).isEqualTo("\n");
    assertThat(answer(Expectation.CONFIG_SETTINGS, config(ConfigSettings.EMPTY))).isEqualTo("{}\n");
  }

  @ParameterizedTest
  @EnumSource(Hook.class)
  void encode_request_carriesTheArgumentsOfItsHookAndNoOthers(Hook hook) throws Exception {
    JsonNode json = request("run", HookRequest.of(TREE, BACKEND, hook, ARGUMENTS));

    assertThat(names(json))
        .containsExactlyInAnyOrder(
            "source_tree", "build_backend", "hook", "arguments", "isolation");
    assertThat(json.get("source_tree").textValue()).isEqualTo(TREE.toString());
    assertThat(json.get("build_backend").textValue()).isEqualTo("flit_core.buildapi");
    assertThat(json.get("hook").textValue()).isEqualTo(hook.wireName());
    assertThat(json.get("isolation").textValue()).isEqualTo("fork");
    assertThat(names(json.get("arguments")))
        .containsExactlyInAnyOrderElementsOf(
            hook.arguments().stream().map(HookArgument::wireName).toList());
    JsonNode arguments = json.get("arguments");
    assertThat(arguments.get("config_settings"))
        .isEqualTo(Json.MAPPER.readTree("{\"--a\": [\"b\", \"ä\"]}"));
    hook.arguments().stream()
        .filter(argument -> argument != HookArgument.CONFIG_SETTINGS)
        .forEach(
            argument ->
                assertThat(arguments.get(argument.wireName()).textValue())
                    .isEqualTo(ARGUMENTS.directory(argument).orElseThrow().toString()));
  }

  @Test
  void encode_requestWithoutValues_leavesThemOut() throws Exception {
    JsonNode json =
        request(
            "run", HookRequest.of(TREE, BuildBackend.of(""), Hook.BUILD_WHEEL, HookArguments.NONE));

    assertThat(json.get("build_backend").textValue()).isEqualTo("setuptools.build_meta:__legacy__");
    assertThat(json.get("arguments")).isEmpty();
    assertThat(names(json)).doesNotContain("backend_path", "backend_path_outside_tree", "environ");
  }

  @Test
  void encode_backendPathThatMayLeaveTheTree_saysSo() throws Exception {
    BuildBackend backend = new BuildBackend("b", List.of("/shared"), true);

    JsonNode json =
        request("run", HookRequest.of(TREE, backend, Hook.BUILD_WHEEL, HookArguments.NONE));

    assertThat(json.get("backend_path")).hasToString("[\"/shared\"]");
    assertThat(json.get("backend_path_outside_tree").booleanValue()).isTrue();
  }

  @Test
  void encode_requestWithEmptySettings_isNotWithoutSettings() throws Exception {
    JsonNode json = request("run", config(ConfigSettings.EMPTY));

    assertThat(json.get("arguments").get("config_settings").isObject()).isTrue();
  }

  @Test
  void encode_requestWithEverything_isOneAsciiLine() throws Exception {
    Map<String, String> environment = Map.of("A", "", "Ä", "line\nfeed \ud800 \u2028 \0");
    HookRequest request =
        HookRequest.of(
                TREE,
                new BuildBackend("a\nb", List.of("", "c\nd")),
                Hook.GET_REQUIRES_FOR_BUILD_SDIST,
                ARGUMENTS)
            .withEnvironment(environment)
            .withIsolation(Isolation.FRESH);

    String text = encode(new ClientMessage.Request(request));

    assertThat(text).matches("run\n[ -~]+\n");
    JsonNode json = Json.MAPPER.readTree(text.substring(4));
    assertThat(json.get("build_backend").textValue()).isEqualTo("a\nb");
    assertThat(json.get("backend_path")).hasToString("[\"\",\"c\\nd\"]");
    assertThat(json.get("isolation").textValue()).isEqualTo("fresh");
    assertThat(
            names(json.get("environ")).stream()
                .collect(
                    Collectors.toMap(
                        name -> name, name -> json.get("environ").get(name).textValue())))
        .isEqualTo(environment);
  }

  @Test
  void encode_featuresRequest_hasNoHook() throws Exception {
    JsonNode json = request("features", FeaturesRequest.of(TREE, BACKEND));

    assertThat(names(json)).containsExactlyInAnyOrder("source_tree", "build_backend", "isolation");
  }

  @Test
  void encode_anyMessage_isOneBuffer() {
    EmbeddedChannel channel = new EmbeddedChannel(new ClientMessageEncoder());
    HookRequest request =
        HookRequest.of(
            TREE,
            new BuildBackend("b", List.of("x".repeat(10_000), "y")),
            Hook.BUILD_WHEEL,
            ARGUMENTS);
    List<ClientMessage> messages =
        List.of(
            new ClientMessage.Run(),
            new ClientMessage.Answer(Expectation.BACKEND_PATH, request),
            new ClientMessage.Request(request));
    for (ClientMessage message : messages) {
      assertThat(channel.writeOutbound(message)).isTrue();
      ByteBuf buffer = channel.readOutbound();
      assertThat(buffer.getByte(buffer.writerIndex() - 1)).isEqualTo((byte) '\n');
      assertThat(buffer.refCnt()).isEqualTo(1);
      buffer.release();
      assertThat(channel.outboundMessages()).isEmpty();
    }
    assertThat(channel.finish()).isFalse();
  }

  @Test
  void requests_withARelativeSourceTree_areRefused() {
    Path relative = Path.of("tree");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HookRequest.of(relative, BACKEND, Hook.BUILD_WHEEL, HookArguments.NONE))
        .withMessageContaining("absolute");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeaturesRequest.of(relative, BACKEND))
        .withMessageContaining("absolute");
  }

  private static HookRequest config(@Nullable ConfigSettings settings) {
    return HookRequest.of(
        TREE,
        BACKEND,
        Hook.GET_REQUIRES_FOR_BUILD_WHEEL,
        HookArguments.NONE.withConfigSettings(settings));
  }

  private JsonNode request(String action, DaemonRequest request) throws Exception {
    String text = encode(new ClientMessage.Request(request));
    assertThat(text).matches(action + "\n[^\n]+\n");
    return Json.MAPPER.readTree(text.substring(action.length() + 1));
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  private String answer(Expectation expectation, HookRequest request) {
    return encode(new ClientMessage.Answer(expectation, request));
  }

  private String encode(ClientMessage message) {
    return new String(codec.encode(message), StandardCharsets.UTF_8);
  }
}
