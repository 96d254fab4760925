package dev.hookd.frontend.environment;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The environment variables that hooks see: an allow-list of the caller's. What is not in the table
 * below stays outside, because a hook is its author's code and the caller's environment holds the
 * caller's secrets; and because a build that depends on fewer variables can be answered from a
 * cache more often.
 *
 * <p>Left out on purpose: {@code PYTHON*} (they would change what the environment's interpreter
 * imports), {@code PIP_*} and {@code UV_*} (they carry index credentials; hooks do not install),
 * every {@code *_TOKEN} and {@code *_PASSWORD}, {@code SSH_AUTH_SOCK}, proxy variables (their URLs
 * carry passwords, and a build that downloads is not repeatable), {@code MAKEFLAGS} (it names file
 * descriptors of the caller's job server), {@code SHELL} and {@code TERM} (no terminal).
 */
public final class HookVariables {

  /**
   * @param pattern a name, or a prefix followed by {@code *}
   * @param compiles whether it also changes what a compiler makes, so that wheels built under
   *     different values are different wheels
   * @param reason why hooks need it
   */
  record Rule(String pattern, boolean compiles, String reason) {
    boolean matches(String name) {
      return pattern.endsWith("*")
          ? name.startsWith(pattern.substring(0, pattern.length() - 1))
          : name.equals(pattern);
    }
  }

  static final List<Rule> TABLE =
      List.of(
          rule("PATH", "compilers, git, pkg-config; the environment's own directory goes first"),
          rule("HOME", "Path.home(), git's configuration (safe.directory), tools' own caches"),
          rule("USER", "getpass.getuser() where the uid has no passwd entry"),
          rule("LOGNAME", "the same, asked for first by getpass"),
          rule("LANG", "the encoding of open() and of subprocess output"),
          rule("LANGUAGE", "the language of messages, as LANG"),
          rule("LC_*", "the same, by category"),
          rule("TZ", "dates in archives and generated versions"),
          rule("TMPDIR", "where tempfile and compilers put temporary files"),
          rule("TEMP", "the same, second in tempfile's order"),
          rule("TMP", "the same, third in tempfile's order"),
          rule("SOURCE_DATE_EPOCH", "reproducible builds: the time that goes into archives"),
          builds("CC", "the C compiler; read by sysconfig, setuptools, meson, CMake"),
          builds("CXX", "the C++ compiler"),
          builds("CPP", "the C preprocessor, as CC"),
          builds("CFLAGS", "flags of CC"),
          builds("CXXFLAGS", "flags of CXX"),
          builds("CPPFLAGS", "flags of the preprocessor"),
          builds("LDFLAGS", "flags of the linker"),
          builds("LDSHARED", "the command that links an extension module"),
          builds("LDCXXSHARED", "the same for C++"),
          builds("LD", "the linker, for meson and autoconf"),
          builds("AR", "the archiver of static libraries"),
          builds("ARFLAGS", "flags of AR"),
          builds("RANLIB", "the index of static libraries, as AR"),
          builds("NM", "symbol tables, for autoconf"),
          builds("STRIP", "meson's install --strip"),
          builds("FC", "the Fortran compiler (numpy, scipy)"),
          builds("F77", "the same by its older name"),
          builds("F90", "the same by its older name"),
          builds("FFLAGS", "flags of the Fortran compiler"),
          builds("FCFLAGS", "the same for FC"),
          builds("CPATH", "header directories of gcc and clang"),
          builds("C_INCLUDE_PATH", "the same, C alone"),
          builds("CPLUS_INCLUDE_PATH", "the same, C++ alone"),
          builds("LIBRARY_PATH", "library directories while linking"),
          builds("LD_LIBRARY_PATH", "libraries of compilers and of Pythons in unusual places"),
          builds("DYLD_LIBRARY_PATH", "the same on macOS"),
          builds("DYLD_FALLBACK_LIBRARY_PATH", "the same on macOS"),
          builds("PKG_CONFIG", "the pkg-config to use"),
          builds("PKG_CONFIG_PATH", "where C libraries describe themselves"),
          builds("PKG_CONFIG_LIBDIR", "the same, instead of the built-in directories"),
          builds("PKG_CONFIG_SYSROOT_DIR", "the same, for cross builds"),
          builds("CMAKE_PREFIX_PATH", "where CMake finds libraries"),
          builds("CMAKE_GENERATOR", "ninja or make, for scikit-build"),
          builds("CMAKE_ARGS", "options of scikit-build and its kin"),
          builds("ARCHFLAGS", "architectures of a macOS build"),
          builds("MACOSX_DEPLOYMENT_TARGET", "the oldest macOS; part of the wheel's tag"),
          builds("SDKROOT", "the macOS SDK"),
          builds("DEVELOPER_DIR", "the macOS developer tools"),
          builds("_PYTHON_HOST_PLATFORM", "the platform tag in cross builds"),
          builds("CARGO_HOME", "Rust extensions: where cargo keeps its registry"),
          builds("RUSTUP_HOME", "Rust extensions: where the toolchains are"),
          builds("RUSTUP_TOOLCHAIN", "Rust extensions: which toolchain"),
          builds("RUSTFLAGS", "Rust extensions: compiler flags"),
          builds("CARGO_BUILD_TARGET", "Rust extensions: cross builds"),
          builds("SETUPTOOLS_USE_DISTUTILS", "which distutils setuptools takes; changes results"),
          rule("SETUPTOOLS_SCM_PRETEND_VERSION*", "the version of a tree without its repository"),
          rule("SSL_CERT_FILE", "certificates, for the few builds that must download"),
          rule("SSL_CERT_DIR", "the same"),
          rule("REQUESTS_CA_BUNDLE", "the same, for requests"),
          rule("CURL_CA_BUNDLE", "the same, for curl"));

  private HookVariables() {}

  private static Rule rule(String pattern, String reason) {
    return new Rule(pattern, false, reason);
  }

  private static Rule builds(String pattern, String reason) {
    return new Rule(pattern, true, reason);
  }

  /** What of these variables a hook may see; sorted, unmodifiable. */
  public static Map<String, String> allowed(Map<String, String> callerEnvironment) {
    return allowed(callerEnvironment, Set.of());
  }

  /**
   * The same, and the variables of these names besides, because the caller asked for them by name.
   */
  public static Map<String, String> allowed(
      Map<String, String> callerEnvironment, Set<String> besides) {
    TreeMap<String, String> allowed = new TreeMap<>();
    callerEnvironment.forEach(
        (name, value) -> {
          if (besides.contains(name) || TABLE.stream().anyMatch(rule -> rule.matches(name))) {
            allowed.put(name, value);
          }
        });
    return java.util.Collections.unmodifiableMap(allowed);
  }

  /** Those that change what a compiler makes. */
  static Map<String, String> compiling(Map<String, String> callerEnvironment) {
    TreeMap<String, String> compiling = new TreeMap<>();
    callerEnvironment.forEach(
        (name, value) -> {
          if (TABLE.stream().anyMatch(rule -> rule.compiles() && rule.matches(name))) {
            compiling.put(name, value);
          }
        });
    return compiling;
  }
}
