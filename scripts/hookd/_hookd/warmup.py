"""Imports a backend ahead of its calls, and finds out whether children may be forked from what that leaves.

A forked child inherits what an import does to the interpreter (sys.path, meta-path finders, warning filters, monkey patches,
exit handlers of the standard library): it sees that as a fresh process sees it after the same import. It does
not inherit, or inherits once instead of every time, the following; a backend whose import does any of them is imported anew for each call:

* failing (the failure must be reproduced, with its output, for each call), or exiting, or hanging;
* output: it belongs into the files of every call;
* threads, child processes and timers: fork does not copy them;
* open descriptors: a child would share their offsets and locks with its siblings, and the isolation closes them;
* exit handlers other than those of the standard library: one that removes a directory made at import may run only once;
* reading the current directory, or files in it: it is the source tree in a fresh process and is `/` here (setuptools looks for
  `pybuilddir.txt`: that is let pass for the trees that have no such file, either);
* changing what is per process and should be looked at per call: directory, umask, environment, signal handlers, locale,
  standard streams.
"""

import os
import sys

from . import backend, descriptors, process_state
from .errors import HookError
from .names import read_inside_hooks_only
from .reads import Reads

# Stands for all variables, when the whole environment was looked at.
ALL = "*"


class Asked:
    """What an import has asked for that another call may answer differently: such a call needs an import of its own.

    `variables` are those of the environment that a call may bring along, or ALL; `absent` are files that it has not found in the
    current directory.
    """

    def __init__(self, variables, absent):
        self.variables = variables
        self.absent = absent


def warm(module, scratch):
    """Imports `module`: returns (why no children may be forked from this process, what the import has asked for).

    The reason is a text, and None when children may be forked; with a reason, the process is of no further use. `scratch` is a
    descriptor of an empty file for the output.
    """
    descriptors.redirect(scratch, 1)
    descriptors.redirect(scratch, 2)
    os.chdir("/")
    before = process_state.of_process()
    variables = set()
    reads = Reads(lambda name, value: variables.add(ALL if name is None else os.fsdecode(name)), everything=False)
    try:
        backend.load(module, [])
    except HookError as error:
        return "its import failed: %s" % error.message, None
    finally:
        reads.stop()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if os.lseek(scratch, 0, os.SEEK_END) > 0:
        return "its import prints", None
    if reads.seen:
        return "its import %s" % reads.seen, None
    changed = process_state.difference(before, process_state.of_process())
    if changed is not None:
        return "its import changes or leaves behind: %s" % changed, None
    variables = {name for name in variables if name == ALL or read_inside_hooks_only(name)}
    return None, Asked(sorted(variables), sorted(reads.absent))
