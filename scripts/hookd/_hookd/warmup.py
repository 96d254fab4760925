"""Imports a backend ahead of its calls, and finds out whether children may be forked from what that leaves.

A forked child inherits what an import does to the interpreter (sys.path, meta-path finders, warning filters, monkey patches,
exit handlers of the standard library): it sees that as a fresh process sees it after the same import. It does
not inherit, or inherits once instead of every time, the following; a backend whose import does any of them is imported anew for each call:

* failing (the failure must be reproduced, with its output, for each call), or exiting, or hanging;
* output: it belongs into the files of every call;
* threads, child processes and timers: fork does not copy them;
* open descriptors: a child would share their offsets and locks with its siblings, and the isolation closes them;
* exit handlers other than those of the standard library: one that removes a directory made at import may run only once;
* reading the current directory, which is the source tree in a fresh process and is `/` here;
* changing what is per process and should be looked at per call: directory, umask, environment, signal handlers, locale,
  standard streams.
"""

import _locale
import os
import signal
import sys

from . import backend, descriptors, posix_control
from .errors import HookError

# Modules of the standard library that register one exit handler when they are imported, which is fit to run in every child.
_REGISTER_AN_EXIT_HANDLER = ("logging", "multiprocessing.util")
if sys.version_info < (3, 9):
    _REGISTER_AN_EXIT_HANDLER += ("concurrent.futures.thread", "concurrent.futures.process")


def warm(module, scratch):
    """Imports `module` and returns None, or why no children may be forked from this process (a text).

    `scratch` is a descriptor of an empty file for the output of the import. With a reason, the process is of no further use.
    """
    descriptors.redirect(scratch, 1)
    descriptors.redirect(scratch, 2)
    os.chdir("/")
    reads = _DirectoryReads()
    before = _state()
    try:
        backend.load(module, [])
    except HookError as error:
        return "its import failed: %s" % error.message
    finally:
        reads.stop()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if os.lseek(scratch, 0, os.SEEK_END) > 0:
        return "its import prints"
    if reads.seen:
        return "its import reads the current directory"
    after = _state()
    for name, value in before.items():
        if after[name] != value:
            return "its import changes or leaves behind: %s" % name
    return None


class _DirectoryReads:
    """Notes whether the current directory is asked for: that leaves no trace in _state()."""

    def __init__(self):
        self.seen = False
        self._originals = os.getcwd, os.getcwdb
        os.getcwd, os.getcwdb = map(self._watched, self._originals)

    def stop(self):
        os.getcwd, os.getcwdb = self._originals

    def _watched(self, function):
        def watched():
            self.seen = True
            return function()

        return watched


def _foreign_exit_handlers():
    """The number of exit handlers that are not those of the standard library's own modules."""
    atexit = sys.modules.get("atexit")
    if not hasattr(atexit, "_ncallbacks"):
        return 0
    return atexit._ncallbacks() - sum(name in sys.modules for name in _REGISTER_AN_EXIT_HANDLER)


def _state():
    return {
        "threads": posix_control.thread_count() > 1,
        "child processes": _has_children(),
        "exit handlers": _foreign_exit_handlers(),
        "timers": [signal.getitimer(which)[0] > 0 for which in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)],
        "open descriptors": descriptors.open_descriptors(),
        "current directory": _current_directory(),
        "umask": _umask(),
        "environment": dict(os.environ),
        "signal handlers": _handlers(),
        "locale": _locale.setlocale(_locale.LC_ALL, None),
        "standard streams": [id(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)],
    }


def _current_directory():
    """Which one it is; its times change with whatever other processes do in it."""
    status = os.stat(".")
    return status.st_dev, status.st_ino


def _has_children():
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def _umask():
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


def _handlers():
    return [signal.getsignal(number) for number in signal.Signals]
