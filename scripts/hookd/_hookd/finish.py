"""Ends a forked child as the interpreter would end, but without taking the interpreter apart where nobody can tell.

A fresh process ends with Py_FinalizeEx: it waits for the threads, calls the exit handlers, flushes the standard streams, and
then destroys every module, which for a process with setuptools imported touches nearly every page that it shares with its
parent and takes several times as long as an empty hook. What can be observed of that last step are finalizers of objects that are still
alive or in a cycle: `__del__`, a file that was never closed and has unwritten data, a generator suspended in a `try`. So the
first three steps are done here, in that order, and if anything with a finalizer is left, the child goes the whole way.
"""

import gc
import io
import os
import sys
import traceback
import types

from .errors import ChildExit

# A reference of its own: the hook may have put something else in its place.
_exit = os._exit

_GENERATORS = (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)
# An open file without a buffer has nothing left to write; in-memory files have no outside.
_HARMLESS_FILES = (io.FileIO, io.BytesIO, io.StringIO, io.BufferedReader)
# Classes, by the ends of their modules' names (they are vendored a lot), whose `__del__` does nothing to be seen outside:
# pyparsing's warns when a diagnostic is on that is off by default; old setuptools keep such objects for good.
_HARMLESS_FINALIZERS = (("pyparsing.core", "Forward"), ("pyparsing", "Forward"))


def finish(finalize_always, status):
    """Does not return: ends the process with this status, or raises ChildExit for the interpreter to do it."""
    _wait_for_threads()
    _run_exit_handlers()
    # Nothing with a finalizer, garbage or not: then there is nothing to collect for either, which is most often so.
    if finalize_always or not _flush() or (has_finalizers() and _survive_collection()):
        if hasattr(gc, "unfreeze"):
            # Or the cycles that every module is part of are never collected, nor what hangs on them finalized.
            gc.unfreeze()
        raise ChildExit(status)
    _exit(status)


def _survive_collection():
    gc.collect()
    return has_finalizers()


def has_finalizers():
    """Whether an object made since gc.freeze() has a finalizer that would run at the end of the interpreter."""
    own = set()
    for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__):
        buffer = getattr(stream, "buffer", None)
        own.update((id(stream), id(buffer), id(getattr(buffer, "raw", None))))
    harmless = set()
    for thing in gc.get_objects():
        cls = type(thing)
        if cls in harmless:
            continue
        if issubclass(cls, io.IOBase):
            if cls in _HARMLESS_FILES:
                harmless.add(cls)
            elif id(thing) not in own and not thing.closed and thing.writable():
                return True
        elif cls in _GENERATORS:
            if _is_suspended(thing):
                return True
        elif hasattr(cls, "__del__") and not _is_harmless(cls):
            return True
        else:
            harmless.add(cls)
    return False


def _is_harmless(cls):
    return any(cls.__qualname__ == name and str(cls.__module__).endswith(end) for end, name in _HARMLESS_FINALIZERS)


def _is_suspended(generator):
    for name in ("gi_frame", "cr_frame", "ag_frame"):
        frame = getattr(generator, name, None)
        if frame is not None:
            return frame.f_lasti >= 0
    return False


def _wait_for_threads():
    threading = sys.modules.get("threading")
    if threading is not None:
        try:
            threading._shutdown()
        except BaseException:  # the interpreter prints it and goes on
            traceback.print_exc()


def _run_exit_handlers():
    # Not imported by us: in CPython 3.8 and 3.9 each import of this module has a list of its own.
    atexit = sys.modules.get("atexit")
    if atexit is not None:
        try:
            atexit._run_exitfuncs()
        except BaseException:
            # Up to CPython 3.9 it raises, after printing, what the last handler raised; the interpreter drops that.
            return


def _flush():
    """Flushes the standard streams: returns whether nothing more is to be done for them."""
    if sys.stdout is not sys.__stdout__ or sys.stderr is not sys.__stderr__:
        # The interpreter flushes what has replaced the streams first, and the streams themselves when it has taken that away.
        return False
    try:
        for stream in (sys.stdout, sys.stderr):
            if not stream.closed:
                stream.flush()
    except Exception:
        # The interpreter tries it again, complains where it always does, and makes 120 of the exit status.
        return False
    return True
