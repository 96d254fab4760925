"""What an import can do to a process beyond making a module, and whether it has."""

import _locale
import gc
import os
import resource
import signal
import sys
import warnings

from . import descriptors, posix_control

# Modules of the standard library that register one exit handler when they are imported, which is fit to run in every child.
_REGISTER_AN_EXIT_HANDLER = ("logging", "multiprocessing.util")
if sys.version_info < (3, 9):
    _REGISTER_AN_EXIT_HANDLER += ("concurrent.futures.thread", "concurrent.futures.process")


_LIMITS = sorted(getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_"))


def of_process(module=sys.modules.get):
    """By name: what every process has one of, and a fork does not copy, or copies once where it should be made anew.

    module(name) is the module of the standard library of that name, None when nobody has imported it.
    """
    return {
        "threads": posix_control.thread_count() > 1,
        "child processes": _has_children(),
        "exit handlers": _foreign_exit_handlers(module),
        "timers": [signal.getitimer(which)[0] > 0 for which in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)],
        "open descriptors": descriptors.open_descriptors(),
        "current directory": _current_directory(),
        "umask": _umask(),
        "environment": dict(os.environ),
        "signal handlers": [signal.getsignal(number) for number in signal.Signals],
        "locale": _locale.setlocale(_locale.LC_ALL, None),
        "standard streams": [id(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)],
    }


def of_interpreter(socket):
    """By name: what a hook would see changed in the interpreter before it has imported the module that changes it.

    `socket` is the module _socket, or None where nobody has imported it.
    """
    return {
        "sys.path": list(sys.path),
        "sys.meta_path": [id(finder) for finder in sys.meta_path],
        "sys.path_hooks": [id(hook) for hook in sys.path_hooks],
        "sys.argv": list(sys.argv),
        "warning filters": list(warnings.filters),
        "recursion limit": sys.getrecursionlimit(),
        "switch interval": sys.getswitchinterval(),
        "hooks of the interpreter": [id(hook) for hook in (sys.excepthook, sys.displayhook, sys.gettrace(), sys.getprofile())],
        "garbage collector": [gc.isenabled(), gc.get_threshold(), gc.get_debug(), len(gc.callbacks)],
        "text of the standard streams": [_text_settings(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)],
        "limit of integers in text": getattr(sys, "get_int_max_str_digits", int)(),
        "flags of dlopen": sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else None,
        "resource limits": [resource.getrlimit(which) for which in _LIMITS],
        "socket time-out": None if socket is None else socket.getdefaulttimeout(),
    }


def _text_settings(stream):
    return [getattr(stream, name, None) for name in ("encoding", "errors", "line_buffering", "write_through", "newlines")]


def difference(before, after):
    """The name of the first thing that is not as it was, or None."""
    for name, value in before.items():
        if after[name] != value:
            return name
    return None


def resident_bytes():
    """The memory of this process that is in use now; 0 where the system does not say."""
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _foreign_exit_handlers(module):
    """The number of exit handlers that are not those of the standard library's own modules."""
    atexit = module("atexit")
    if not hasattr(atexit, "_ncallbacks"):
        return 0
    return atexit._ncallbacks() - sum(module(name) is not None for name in _REGISTER_AN_EXIT_HANDLER)


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
