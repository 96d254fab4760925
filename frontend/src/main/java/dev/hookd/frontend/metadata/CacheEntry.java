package dev.hookd.frontend.metadata;

import dev.hookd.frontend.MetadataSource;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What is known of an sdist's metadata.
 *
 * @param made when that was found out
 * @param environments what its hooks ran in; empty when none did
 */
record CacheEntry(Instant made, Outcome outcome, List<UsedEnvironment> environments) {

  CacheEntry {
    environments = List.copyOf(environments);
  }

  sealed interface Outcome {}

  /**
   * The metadata.
   *
   * @param fields see {@link dev.hookd.frontend.MetadataResult#fields()}
   */
  record Answer(CoreMetadata metadata, MetadataSource source, Set<MetadataField> fields)
      implements Outcome {

    public Answer {
      fields = Set.copyOf(fields);
    }
  }

  /**
   * That its files do not promise what was asked for.
   *
   * @param reason see {@link StaticAnswer.Unknown}
   */
  record NotPromised(String reason) implements Outcome {}

  /** How its hooks fail. */
  record Failed(KeptFailure failure) implements Outcome {}

  /**
   * An isolated environment.
   *
   * @param requirements what it was asked for with
   * @param id what they were resolved to
   */
  record UsedEnvironment(List<String> requirements, String id) {

    UsedEnvironment {
      requirements = List.copyOf(requirements);
    }
  }
}
