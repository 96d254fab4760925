package dev.hookd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hookd.protocol.BuildBackend;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Dialect;
import dev.hookd.protocol.ErrorKind;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.HookArguments;
import dev.hookd.protocol.HookError;
import dev.hookd.protocol.HookRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which a call fails and leaves the daemon as warm as before. */
class HookErrorsTest {

  @TempDir private Path temporary;

  private HookDaemon start(Dialect dialect) {
    return Daemons.start(
        temporary,
        dialect == Dialect.EXTENDED
            ? Daemons.own(temporary)
            : Daemons.fixture(temporary, temporary, "classic_daemon.py"));
  }

  private HookRequest request(String backend, Hook hook, Map<String, ?> settings) {
    return HookRequest.of(
        temporary,
        BuildBackend.of(backend),
        hook,
        new HookArguments(temporary, temporary, temporary, ConfigSettings.of(settings)));
  }

  private <T extends HookFailedException> T fails(
      HookDaemon daemon, Class<T> type, HookRequest request) {
    T failure = catchThrowableOfType(type, () -> daemon.call(request, Daemons.LONG));

    assertThat(failure).isExactlyInstanceOf(type);
    assertThat(daemon.isIdle()).isTrue();
    assertThat(daemon.call(request("echo_backend", Hook.BUILD_SDIST, Map.of()), Daemons.LONG))
        .extracting(HookResult::basename)
        .isEqualTo(Optional.of("build_sdist-1.0"));
    return failure;
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfError_isAnExceptionOfItsOwn(Dialect dialect) {
    try (HookDaemon daemon = start(dialect)) {
      assertThat(
              fails(
                  daemon,
                  MissingBackendModuleException.class,
                  request("no_such_backend", Hook.BUILD_WHEEL, Map.of())))
          .hasMessageContaining("no_such_backend")
          .isInstanceOf(BackendUnavailableException.class);
      assertThat(
              fails(
                  daemon,
                  MissingBackendAttributeException.class,
                  request("echo_backend:nothing", Hook.BUILD_WHEEL, Map.of())))
          .hasMessageContaining("nothing")
          .isInstanceOf(BackendInvalidException.class);
      fails(
          daemon,
          MalformedBackendNameException.class,
          request("not a module", Hook.BUILD_WHEEL, Map.of()));
      assertThat(
              fails(
                      daemon,
                      BackendImportException.class,
                      request("broken_backend", Hook.BUILD_WHEEL, Map.of()))
                  .pythonTraceback()
                  .orElseThrow())
          .contains("RuntimeError: broken on purpose");
      assertThat(
              fails(
                      daemon,
                      HookMissingException.class,
                      request("poor_backend", Hook.BUILD_WHEEL, Map.of()))
                  .kind())
          .isEqualTo("UnsupportedHook");
    }
  }

  @ParameterizedTest
  @EnumSource
  void exceptionOfAHook_isARuntimeErrorWithItsTracebackAndOutput(Dialect dialect) {
    try (HookDaemon daemon = start(dialect)) {
      HookRuntimeException failure =
          fails(
              daemon,
              HookRuntimeException.class,
              HookRequest.of(
                  temporary,
                  BuildBackend.of("echo_backend"),
                  Hook.BUILD_WHEEL,
                  new HookArguments(
                      temporary,
                      null,
                      null,
                      ConfigSettings.ofJson(
                          "{\"print\": \"before\", \"raise\": \"two\\nlines\"}"))));

      assertThat(failure).hasMessageContaining("two\nlines");
      assertThat(failure.kind()).isEqualTo("HookRuntimeError");
      assertThat(failure.pythonTraceback().orElseThrow()).contains("ValueError: two\nlines");
      assertThat(failure.output().stdout().text()).isEqualTo("before\n");
      if (dialect == Dialect.EXTENDED) {
        assertThat(failure.pythonException()).contains("builtins.ValueError");
        assertThat(failure.usage()).isPresent();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"exit\": 3}", "{\"crash\": 1}", "{\"signal\": 9}"})
  void hookThatEndsItsProcess_leavesOurDaemonWarm(String settings) {
    try (HookDaemon daemon = start(Dialect.EXTENDED)) {
      fails(
          daemon,
          HookRuntimeException.class,
          HookRequest.of(
              temporary,
              BuildBackend.of("echo_backend"),
              Hook.BUILD_WHEEL,
              new HookArguments(temporary, null, null, ConfigSettings.ofJson(settings))));
    }
  }

  @Test
  void unsupportedOperation_isTold() {
    try (HookDaemon daemon = start(Dialect.EXTENDED)) {
      assertThat(
              fails(
                  daemon,
                  OperationUnsupportedException.class,
                  request("echo_backend", Hook.BUILD_SDIST, Map.of("unsupported", "no sdists"))))
          .hasMessageContaining("no sdists");
    }
  }

  @Test
  void missingDirectory_isAMalformedArgument() {
    try (HookDaemon daemon = start(Dialect.EXTENDED)) {
      fails(
          daemon,
          MalformedHookArgumentException.class,
          HookRequest.of(
              temporary, BuildBackend.of("echo_backend"), Hook.BUILD_SDIST, HookArguments.NONE));
    }
  }

  @ParameterizedTest
  @EnumSource
  void basenameThatIsNone_isTheBackendsFault(Dialect dialect) {
    try (HookDaemon daemon = start(dialect)) {
      BackendHooks hooks =
          new BackendHooks(daemon, temporary, BuildBackend.of("poor_backend"), Daemons.LONG);
      for (String returned : List.of("none", "path", "empty", "dots")) {
        assertThatThrownBy(
                () -> hooks.buildSdist(temporary, ConfigSettings.of(Map.of("return", returned))))
            .isInstanceOf(HookRuntimeException.class)
            .hasMessageContaining("build_sdist returned");
        assertThat(daemon.isIdle()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void requirementsThatAreNoList_areTheBackendsFault(Dialect dialect) {
    try (HookDaemon daemon = start(dialect)) {
      fails(
          daemon,
          HookRuntimeException.class,
          request("poor_backend", Hook.GET_REQUIRES_FOR_BUILD_SDIST, Map.of("return", "wheel")));
    }
  }

  @Test
  void everyErrorKind_hasAnException() {
    for (ErrorKind kind : ErrorKind.values()) {
      CallReport report =
          new CallReport(
              new HookError(kind, "message", null, null, false, false),
              HookOutput.EMPTY,
              List.of(),
              Optional.empty(),
              new DaemonInfo(1, Dialect.CLASSIC, Optional.empty()));

      assertThat(report.toException().kind()).isEqualTo(kind.wireName());
      assertThat(report.toException()).hasMessage("message");
    }
  }
}
