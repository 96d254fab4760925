package dev.hookd.cli;

import dev.hookd.frontend.environment.InstallerKind;
import dev.hookd.frontend.interpreter.PythonRequest;
import dev.hookd.protocol.ConfigSettings;
import dev.hookd.protocol.Hook;
import dev.hookd.protocol.Isolation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the values of options are read; what cannot be read is refused with the reason. */
final class Converters {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(ms|s|m|h)");

  private static final Pattern RATE = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,9})?)(%?)");

  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})(KiB|MiB|GiB|TiB)?");

  private Converters() {}

  /** {@code 30s}, {@code 500ms}, {@code 2m}, {@code 1.5h}. */
  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a duration: a number and one of ms, s, m, h, such as 30s");
    }
    BigDecimal unit =
        switch (matcher.group(2)) {
          case "ms" -> BigDecimal.valueOf(1_000_000L);
          case "s" -> BigDecimal.valueOf(1_000_000_000L);
          case "m" -> BigDecimal.valueOf(60_000_000_000L);
          default -> BigDecimal.valueOf(3_600_000_000_000L);
        };
    BigDecimal nanos =
        new BigDecimal(matcher.group(1)).multiply(unit).setScale(0, RoundingMode.CEILING);
    if (nanos.signum() == 0) {
      throw new TypeConversionException("'" + text + "' is no time at all");
    }
    if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new TypeConversionException("'" + text + "' is more than 292 years");
    }
    return Duration.ofNanos(nanos.longValueExact());
  }

  /** {@code 0.05} or {@code 5%}. */
  static double rate(String text) {
    Matcher matcher = RATE.matcher(text);
    if (matcher.matches()) {
      boolean isPercentage = !matcher.group(2).isEmpty();
      BigDecimal rate = new BigDecimal(matcher.group(1)).movePointLeft(isPercentage ? 2 : 0);
      if (rate.compareTo(BigDecimal.ONE) <= 0) {
        return rate.doubleValue();
      }
    }
    throw new TypeConversionException(
        "'" + text + "' is not a share of the calls: a number from 0 to 1, or from 0% to 100%");
  }

  /** {@code 1048576}, {@code 500MiB}, {@code 2GiB}. */
  static long size(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (matcher.matches()) {
      int shift =
          matcher.group(2) == null ? 0 : 10 * ("KMGT".indexOf(text.charAt(matcher.end(1))) + 1);
      BigInteger bytes = new BigInteger(matcher.group(1)).shiftLeft(shift);
      if (bytes.bitLength() < Long.SIZE) {
        return bytes.longValueExact();
      }
    }
    throw new TypeConversionException(
        "'" + text + "' is not a size: a number, and KiB, MiB, GiB or TiB unless it is of bytes");
  }

  static Hook hook(String name) {
    return Hook.ofWireName(name).orElseThrow(() -> new TypeConversionException(unknownHook(name)));
  }

  private static String unknownHook(String name) {
    String nearest =
        Arrays.stream(Hook.values())
            .map(Hook::wireName)
            .min(Comparator.comparingInt(hook -> Text.distance(name, hook)))
            .orElseThrow();
    String message = "'" + name + "' is not a hook";
    return Text.distance(name, nearest) <= nearest.length() / 2
        ? message + "; did you mean " + nearest + "?"
        : message + "; the hooks are " + String.join(", ", new HookNames());
  }

  static ConfigSettings configSettings(String json) {
    try {
      return ConfigSettings.ofJson(json);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  static Isolation isolation(String name) {
    for (Isolation isolation : Isolation.values()) {
      if (isolation.wireName().equals(name)) {
        return isolation;
      }
    }
    throw new TypeConversionException("'" + name + "' is neither fork nor fresh");
  }

  static InstallerKind installer(String name) {
    for (InstallerKind kind : InstallerKind.values()) {
      if (nameOf(kind).equals(name)) {
        return kind;
      }
    }
    throw new TypeConversionException("'" + name + "' is none of auto, pip and uv");
  }

  private static String nameOf(InstallerKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  static EnvironmentVariable environmentVariable(String text) {
    int equals = text.indexOf('=');
    if (equals <= 0) {
      throw new TypeConversionException(
          equals < 0
              ? "it is not of the form NAME=VALUE" // the text may be a value, and a secret
              : "'" + Text.withoutValue(text) + "' is not of the form NAME=VALUE");
    }
    return new EnvironmentVariable(text.substring(0, equals), text.substring(equals + 1));
  }

  /** A variable for the hooks. */
  record EnvironmentVariable(String name, String value) {}

  static final class OfDuration implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      return duration(value);
    }
  }

  static final class OfSize implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      return size(value);
    }
  }

  static final class OfRate implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      return rate(value);
    }
  }

  static final class OfHook implements ITypeConverter<Hook> {
    @Override
    public Hook convert(String value) {
      return hook(value);
    }
  }

  static final class OfConfigSettings implements ITypeConverter<ConfigSettings> {
    @Override
    public ConfigSettings convert(String value) {
      return configSettings(value);
    }
  }

  static final class OfIsolation implements ITypeConverter<Isolation> {
    @Override
    public Isolation convert(String value) {
      return isolation(value);
    }
  }

  static final class OfInstaller implements ITypeConverter<InstallerKind> {
    @Override
    public InstallerKind convert(String value) {
      return installer(value);
    }
  }

  static final class OfEnvironmentVariable implements ITypeConverter<EnvironmentVariable> {
    @Override
    public EnvironmentVariable convert(String value) {
      return environmentVariable(value);
    }
  }

  /** The hooks' names, for messages and shell completion. */
  static final class HookNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Hook.values()).map(Hook::wireName).iterator();
    }
  }

  /** The names of the isolations, for shell completion. */
  static final class IsolationNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Isolation.values()).map(Isolation::wireName).iterator();
    }
  }

  /** The names of the installers, for shell completion. */
  static final class InstallerNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(InstallerKind.values()).map(Converters::nameOf).iterator();
    }
  }

  /** Reads one of a command's formats. */
  static OutputFormat format(String name, OutputFormat... allowed) {
    for (OutputFormat format : allowed) {
      if (format.label().equals(name)) {
        return format;
      }
    }
    throw new TypeConversionException(
        "'%s' is not a format; expected one of %s"
            .formatted(
                name, String.join(", ", Arrays.stream(allowed).map(OutputFormat::label).toList())));
  }

  /** The formats of {@code metadata}. */
  static final class OfMetadataFormat implements ITypeConverter<OutputFormat>, Iterable<String> {
    @Override
    public OutputFormat convert(String value) {
      return format(value, OutputFormat.values());
    }

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(OutputFormat.values()).map(OutputFormat::label).iterator();
    }
  }

  /** The formats of the commands that have no raw form. */
  static final class OfListFormat implements ITypeConverter<OutputFormat>, Iterable<String> {
    private static final OutputFormat[] ALLOWED = {
      OutputFormat.TEXT, OutputFormat.JSON, OutputFormat.JSONL
    };

    @Override
    public OutputFormat convert(String value) {
      return format(value, ALLOWED);
    }

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(ALLOWED).map(OutputFormat::label).iterator();
    }
  }

  /** How results are written. */
  enum OutputFormat {
    TEXT,
    JSON,
    JSONL,
    RAW;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A request for an interpreter, as it is written; refused when it looks like a wrong version. */
  static final class OfPython implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (!text.isBlank()) {
        try {
          PythonRequest.parse(text);
        } catch (IllegalArgumentException e) {
          throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
      }
      return text;
    }
  }
}
