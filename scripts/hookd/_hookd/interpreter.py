"""How to start another interpreter like this one."""

import os
import sys

_FLAGS = (
    ("debug", "d"),
    ("dont_write_bytecode", "B"),
    ("no_user_site", "s"),
    ("no_site", "S"),
    ("ignore_environment", "E"),
    ("verbose", "v"),
    ("bytes_warning", "b"),
    ("quiet", "q"),
    ("optimize", "O"),
)


def command():
    """The interpreter and the options it was started with, as the beginning of an argument list."""
    arguments = [sys.executable]
    if sys.flags.isolated:
        arguments.append("-I")
    elif getattr(sys.flags, "safe_path", False):
        arguments.append("-P")
    for name, letter in _FLAGS:
        value = int(getattr(sys.flags, name, 0))
        if value and not (sys.flags.isolated and letter in "sE"):
            arguments.append("-" + letter * value)
    if sys.__stdout__.write_through:  # the one option without a flag
        arguments.append("-u")
    for option in _warning_options():
        arguments += ["-W", option]
    for name, value in getattr(sys, "_xoptions", {}).items():
        arguments += ["-X", name if value is True else "%s=%s" % (name, value)]
    return arguments


def _warning_options():
    """sys.warnoptions without what the new interpreter adds for itself: from PYTHONWARNINGS, -X dev and -b."""
    options = list(sys.warnoptions)
    if getattr(sys.flags, "dev_mode", False) and options[:1] == ["default"]:
        del options[0]
    if sys.flags.bytes_warning and options:
        if options[-1] in ("default::BytesWarning", "error::BytesWarning"):
            del options[-1]
    inherited = os.environ.get("PYTHONWARNINGS", "")
    if inherited and not sys.flags.ignore_environment:
        inherited = inherited.split(",")
        if options[: len(inherited)] == inherited:
            del options[: len(inherited)]
    return options
