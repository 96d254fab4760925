package dev.hookd.frontend.metadata;

import dev.hookd.frontend.MetadataSource;
import java.util.Set;

/** What a project's files say about its metadata, without any of its code being run. */
sealed interface StaticAnswer {

  /**
   * What every wheel that is built from it will say.
   *
   * @param fields those of which that holds; of the others the metadata may say something else, or
   *     nothing
   */
  record Known(CoreMetadata metadata, MetadataSource source, Set<MetadataField> fields)
      implements StaticAnswer {

    public Known {
      fields = Set.copyOf(fields);
    }
  }

  /**
   * Nothing that can be relied on.
   *
   * @param reason for a person; without a full stop
   */
  record Unknown(String reason) implements StaticAnswer {}
}
