"""A backend that prints and warns."""

import sys
import warnings


def build_sdist(sdist_directory, config_settings=None):
    print("on standard output")
    print("on standard error", file=sys.stderr)
    warnings.warn("something to know")
    warnings.warn("not shown by default", DeprecationWarning)
    return "warn-1.0.tar.gz"
