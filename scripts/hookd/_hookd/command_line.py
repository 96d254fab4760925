"""The daemon's command line. By hand: argparse would be half of the start-up time, and is not in a fresh hook process."""

import os
import sys

from .names import DIALECTS


class Options:
    def __init__(self):
        self.dialect = "hookd"
        self.isolation = "fork"
        self.preload = "on"
        self.learned = None
        self.source_tree = None


def parse(argv, usage):
    """Returns Options, or the status to exit with at once."""
    options = Options()
    choices = {"--dialect": tuple(DIALECTS), "--isolation": ("fork", "fresh"), "--preload": ("on", "off")}
    arguments = list(argv[1:])
    while arguments:
        argument = arguments.pop(0)
        name, equals, value = argument.partition("=")
        if argument in ("--help", "-h"):
            sys.stdout.write(usage)
            return 0
        if name in choices:
            if not equals:
                value = arguments.pop(0) if arguments else ""
            if value not in choices[name]:
                return _wrong(usage, "%s takes one of: %s" % (name, ", ".join(choices[name])))
            setattr(options, name[2:], value)
        elif name == "--learned":
            options.learned = value if equals else arguments.pop(0) if arguments else ""
            if not os.path.isabs(options.learned):
                return _wrong(usage, "--learned takes an absolute path: %s" % (options.learned or "there is none"))
        elif argument == "--" and len(arguments) <= 1 and options.source_tree is None:
            options.source_tree = arguments.pop() if arguments else None
        elif argument.startswith("-"):
            return _wrong(usage, "unknown option: %s" % argument)
        elif options.source_tree is not None:
            return _wrong(usage, "more than one SOURCE_TREE: %s" % argument)
        else:
            options.source_tree = argument
    if options.source_tree is not None and not os.path.isdir(options.source_tree):
        return _wrong(usage, "SOURCE_TREE is not a directory: %s" % options.source_tree)
    return options


def make_python_path_absolute():
    """Lets relative entries of PYTHONPATH mean the same in every process from here on.

    This interpreter has resolved them already, against the directory it was started in; one that is started for a call would
    resolve them against another.
    """
    path = os.environ.get("PYTHONPATH")
    if path:
        os.environ["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, path.split(os.pathsep)))


def _wrong(usage, message):
    sys.stderr.write("hookd.py: %s\nusage: %s\n" % (message, usage.partition("\n")[0]))
    return 2
