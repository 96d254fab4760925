"""Imports modules ahead of the hooks that are known to import them, and finds out which are fit for that.

A hook comes to such a module by importing it (stash.py), so what must not be seen any earlier is what the import did elsewhere:
in the process, in the interpreter, in other modules and their objects, on a descriptor. And it must not have read what may be another
thing by the time the hook imports it. A process in which that has happened is of no use any more: its findings are reported, it ends,
and the next one refuses the module and all that import it.

Every module is imported as if by the first import of a hook: what was imported for those before it has been put away.
"""

import os
import sys
import warnings

from . import process_state
from .heap import Heap
from .namespaces import Namespaces
from .reads import Reads
from .recorder import Recorder

# Bytes that importing ahead may add to the memory of a process.
MEMORY_LIMIT = 128 * 1024 * 1024


class Spoiled(Exception):
    """This process must not serve hooks; `refused` are the modules to blame, with the reasons."""

    def __init__(self, refused):
        super().__init__(refused)
        self.refused = refused


def import_ahead(names, refused, careful, tell, scratch):
    """Imports the modules: returns (Stash, what was refused in addition, with the reasons). Raises Spoiled.

    With `careful` the state is looked at after each import instead of once at the end, which takes much longer and tells which ones
    were to blame. tell(name) is called before each import. `scratch` is the descriptor that standard output and error go to.
    """
    return _Ahead(refused, tell, scratch).run(names, careful)


class _Ahead:
    def __init__(self, refused, tell, scratch):
        self._tell = tell
        self._scratch = scratch
        self._memory = process_state.resident_bytes()
        self._namespaces = Namespaces()
        self._recorder = Recorder(refused, self._namespaces)
        self._heap = Heap(self._namespaces.caches())
        self._has_finalizers = self._heap.has_finalizers()

    def run(self, names, careful):
        blamed = False
        with warnings.catch_warnings():
            # A warning that is not shown here may be shown to a hook with other filters: so all are shown, and count as output.
            warnings.simplefilter("always")
            with self._recorder:
                self._namespaces.take()
                self._heap.take(self._namespaces.copies())
                for unit in [[name] for name in names] if careful else [names]:
                    reason = self._import(unit)
                    if reason is not None and not careful:
                        raise Spoiled({})
                    if reason is not None:
                        blamed = True
                        for name in unit:
                            self._recorder.refuse(name, reason)
                        self._namespaces.take()
                        self._heap.changed()
                        self._has_finalizers = self._heap.has_finalizers()
        if blamed:
            raise Spoiled(self._recorder.new_refusals)
        return self._recorder.stash, self._recorder.new_refusals

    def _import(self, unit):
        """Imports the modules of one unit: returns what is wrong with what they did, or None."""
        process, interpreter = self._process(), self._interpreter()
        written = os.lseek(self._scratch, 0, os.SEEK_END)
        reads = Reads(self._recorder.read_variable, everything=True)
        try:
            for name in unit:
                if name not in self._recorder.stash and name not in self._recorder.refused:
                    self._tell(name)
                    self._recorder.import_module(name)
                    self._recorder.put_away()
                    self._heap.take(self._namespaces.copies())
        finally:
            kept = reads.stop()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        if os.lseek(self._scratch, 0, os.SEEK_END) > written:
            return "its import prints or warns"
        if reads.seen or reads.absent:
            return "its import %s" % (reads.seen or "reads files in the current directory")
        if self._recorder.again:
            return "its import runs %s once more" % self._recorder.again.pop()
        if kept:
            return "its import keeps %s" % kept
        if process_state.resident_bytes() - self._memory > MEMORY_LIMIT:
            self._memory = process_state.resident_bytes()
            return "its import takes this process over its memory limit"
        if any(generator is not self._renewed_generator() for generator in self._heap.generators):
            self._heap.generators.clear()
            return "its import makes a generator of random numbers, which every hook would inherit"
        changed = process_state.difference(process, self._process())
        changed = changed or process_state.difference(interpreter, self._interpreter())
        changed = changed or self._namespaces.change() or self._changed_object()
        if changed:
            return "its import changes or leaves behind: %s" % changed
        if self._heap.has_finalizers() and not self._has_finalizers:
            return "its import leaves something that is finalized at the end of the process"
        return None

    def _process(self):
        return process_state.of_process(self._recorder.module)

    def _interpreter(self):
        return process_state.of_interpreter(self._recorder.module("_socket"))

    def _renewed_generator(self):
        """The one that the standard library gives a new seed after a fork."""
        return getattr(self._recorder.module("random"), "_inst", None)

    def _changed_object(self):
        found = self._heap.changed()
        return found and "a %s: %.80s" % (type(found[0]).__name__, object.__repr__(found[0]))
