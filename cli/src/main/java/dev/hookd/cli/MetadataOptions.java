package dev.hookd.cli;

import dev.hookd.frontend.BuildSettings;
import dev.hookd.frontend.MetadataPolicy;
import dev.hookd.frontend.metadata.MetadataField;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say where metadata may come from. */
final class MetadataOptions {

  @Option(
      names = "--policy",
      paramLabel = "static-only|static-first|build",
      converter = OfPolicy.class,
      completionCandidates = OfPolicy.class,
      description =
          "static-first (default): what the project's files promise, else what its hooks say;"
              + " static-only: never run its code; build: always its hooks.")
  private MetadataPolicy policy = MetadataPolicy.STATIC_FIRST;

  @Option(
      names = "--fields",
      paramLabel = "all|resolution",
      converter = OfFields.class,
      completionCandidates = OfFields.class,
      description =
          "What is needed: all fields (default), or those of a resolver (Name, Version,"
              + " Requires-Dist, Requires-Python, Provides-Extra), which files promise more often.")
  private Set<MetadataField> fields = MetadataField.ALL;

  @Option(
      names = "--allow-wheels",
      description =
          "A wheel that is there already may answer: the input itself, or one in the index, which"
              + " mostly serves its metadata alone (PEP 658).")
  private boolean allowWheels;

  /** Whether wheels are allowed to answer, and hooks alone are to be asked. */
  boolean contradictEachOther() {
    return allowWheels && policy == MetadataPolicy.BUILD;
  }

  /** These settings with the options in them. */
  BuildSettings applied(BuildSettings settings) {
    return settings.toBuilder()
        .metadataPolicy(policy)
        .metadataFields(fields)
        .allowWheels(allowWheels)
        .build();
  }

  static final class OfPolicy implements ITypeConverter<MetadataPolicy>, Iterable<String> {
    @Override
    public MetadataPolicy convert(String value) {
      return Arrays.stream(MetadataPolicy.values())
          .filter(policy -> policy.label().equals(value))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected static-only, static-first or build, got: " + value));
    }

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(MetadataPolicy.values()).map(MetadataPolicy::label).iterator();
    }
  }

  static final class OfFields implements ITypeConverter<Set<MetadataField>>, Iterable<String> {
    @Override
    public Set<MetadataField> convert(String value) {
      return switch (value) {
        case "all" -> MetadataField.ALL;
        case "resolution" -> MetadataField.RESOLUTION;
        default -> throw new TypeConversionException("expected all or resolution, got: " + value);
      };
    }

    @Override
    public Iterator<String> iterator() {
      return List.of("all", "resolution").iterator();
    }
  }
}
