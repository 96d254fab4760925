package dev.hookd.frontend.index;

import java.util.List;

/**
 * What one index says about a project.
 *
 * @param index without credentials
 * @param files sdists and wheels, in the index's order; other files are left out
 * @param versions that the index says exist (PEP 700), also those without a file; empty where it
 *     says nothing
 */
record ProjectPage(String index, List<ProjectFile> files, List<String> versions) {

  ProjectPage {
    files = List.copyOf(files);
    versions = List.copyOf(versions);
  }
}
