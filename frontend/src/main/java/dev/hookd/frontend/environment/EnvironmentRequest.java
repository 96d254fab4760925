package dev.hookd.frontend.environment;

import dev.hookd.frontend.requirement.Requirement;
import java.util.List;

/**
 * A request in the form that is compared: checked, normalised, its installer chosen.
 *
 * @param key names the request
 * @param online the key of the same request where there is a network; offline that is looked for as
 *     well, but what is resolved offline is kept apart
 * @param installer not {@link InstallerKind#AUTO}
 * @param options the fingerprint of what else decides what comes out
 */
record EnvironmentRequest(
    String key,
    String online,
    EnvironmentSpec spec,
    List<Requirement> requirements,
    InstallerKind installer,
    String options) {}
