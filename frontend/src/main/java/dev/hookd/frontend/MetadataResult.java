package dev.hookd.frontend;

import dev.hookd.frontend.metadata.CoreMetadata;
import java.time.Duration;

/**
 * The core metadata of a project.
 *
 * @param elapsed time spent on this project, waiting for a turn excluded
 */
public record MetadataResult(CoreMetadata metadata, MetadataSource source, Duration elapsed) {}
