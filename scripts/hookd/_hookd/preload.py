"""Imports modules ahead of the hooks that are known to import them, and finds out which are fit for that.

A hook comes to such a module by importing it (stash.py), so what must not be seen any earlier is what the import did elsewhere:
in the process, in the interpreter, in the namespaces of other modules, on a descriptor. And it must not have read what may be another
thing by the time the hook imports it. A process in which that has happened is of no use any more: its findings are reported, it ends,
and the next one refuses the module and all that import it.
"""

import builtins
import importlib
import importlib._bootstrap as _bootstrap
import importlib.machinery as machinery
import os
import sys
import time
import types
import warnings

from . import process_state
from .namespaces import Namespaces
from .reads import Reads
from .stash import Entry, Stash, kind

# Bytes that importing ahead may add to the memory of a process.
MEMORY_LIMIT = 128 * 1024 * 1024

_UTIL = "importlib.util"
_KINDS = (
    machinery.SourceFileLoader,
    machinery.SourcelessFileLoader,
    machinery.ExtensionFileLoader,
    machinery.BuiltinImporter,
    machinery.FrozenImporter,
)

class Spoiled(Exception):
    """This process must not serve hooks; `refused` are the modules to blame, with the reasons."""

    def __init__(self, refused):
        super().__init__(refused)
        self.refused = refused


class _Refused(BaseException):
    """A module that must not be imported ahead was about to be. Not an Exception: module bodies catch those and go on."""


def import_ahead(names, refused, careful, tell, scratch):
    """Imports the modules: returns (Stash, what was refused in addition, with the reasons). Raises Spoiled.

    With `careful` the state is looked at after each import instead of once at the end, which takes much longer and tells which ones
    were to blame. tell(name) is called before each import. `scratch` is the descriptor that standard output and error go to.
    """
    recorder = _Recorder(refused)
    before = dict(sys.modules)
    units = [[name] for name in names] if careful else [names]
    memory = process_state.resident_bytes()
    with warnings.catch_warnings():
        # A warning that is not shown here may be shown to a hook with other filters: so all are shown, and count as output.
        warnings.simplefilter("always")
        with recorder:
            blamed = {}
            for unit in units:
                reason = _import(unit, recorder, tell, scratch)
                if process_state.resident_bytes() - memory > MEMORY_LIMIT:
                    reason = "its import takes this process over its memory limit"
                    memory = process_state.resident_bytes()
                if reason is not None and not careful:
                    raise Spoiled({})
                if reason is not None:
                    blamed.update((name, reason) for name in unit)
                    recorder.namespaces.take()
            if blamed:
                raise Spoiled(blamed)
    return recorder.stash(before), recorder.new_refusals


def _import(unit, recorder, tell, scratch):
    """Imports the modules of one unit: returns what is wrong with what they did, or None."""
    process, interpreter = process_state.of_process(), process_state.of_interpreter()
    written = os.lseek(scratch, 0, os.SEEK_END)
    reads = Reads(lists=True)
    kept = None
    try:
        for name in unit:
            if name not in sys.modules and name not in recorder.refused:
                tell(name)
                recorder.import_module(name)
        kept = reads.kept()
    finally:
        reads.stop()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if os.lseek(scratch, 0, os.SEEK_END) > written:
        return "its import prints or warns"
    read = reads.seen or kept or (reads.variables and min(reads.variables))
    if read:
        return "its import reads %s" % ("the whole environment" if read == Reads.ALL else read)
    changed = process_state.difference(process, process_state.of_process())
    changed = changed or process_state.difference(interpreter, process_state.of_interpreter())
    changed = changed or recorder.namespaces.change()
    return "its import changes or leaves behind: %s" % changed if changed else None


class _Recorder:
    """While it is entered, notes for every module that is imported what its body imports, and what is made of namespaces."""

    def __init__(self, refused):
        self.refused = dict(refused)
        self.new_refusals = {}
        self._entries = {}
        self._running = []
        self._nested = [0.0]
        self._dynamic = set()
        self.namespaces = Namespaces()
        self._roots = tuple(os.path.join(path, "") for path in sys.path if os.path.isabs(path))
        self._originals = None
        self._find_spec = None

    def __enter__(self):
        self._originals = _bootstrap._load_unlocked, builtins.__import__, importlib.import_module
        _bootstrap._load_unlocked = self._load
        builtins.__import__ = self._import
        importlib.import_module = self._import_module
        if _UTIL in sys.modules:
            self._watch_find_spec(sys.modules[_UTIL])
        self.namespaces.take()

    def __exit__(self, *raised):
        _bootstrap._load_unlocked, builtins.__import__, importlib.import_module = self._originals
        if self._find_spec is not None:
            sys.modules[_UTIL].find_spec = self._find_spec

    def import_module(self, name):
        """Imports a module; one that cannot be is refused from now on."""
        try:
            _bootstrap._gcd_import(name)
        except _Refused as refusal:
            self._refuse(name, "it imports %s" % refusal)
        except BaseException as error:  # also SystemExit: the body raised it
            self._refuse(name, "its import raises %s" % type(error).__name__)

    def stash(self, before):
        """Takes what was imported out of sys.modules and out of the packages it belongs to: returns it as a Stash. Raises Spoiled."""
        usable = {name: entry for name, entry in self._entries.items() if entry.is_usable}
        dropped = True
        while dropped:
            dropped = [
                name
                for name, entry in usable.items()
                if any(need not in usable and need not in before for need in entry.needs)
            ]
            for name in dropped:
                del usable[name]
        for name, entry in self._entries.items():
            if name not in usable and kind(entry.spec) is machinery.ExtensionFileLoader:
                # A hook would import it a second time in one process, which not every library bears.
                raise Spoiled({name: "what it imports cannot be imported ahead"})
        bound = {name for name, entry in self._entries.items() if self._unbind(name, entry.module)}
        for name in set(sys.modules) - set(before):
            del sys.modules[name]
        return Stash(usable, before, bound)

    def _unbind(self, name, module):
        parent, _, last = name.rpartition(".")
        package = sys.modules.get(parent)
        if not isinstance(package, types.ModuleType) or vars(package).get(last) is not module:
            return False
        saved = self.namespaces.value(parent, last)
        if saved is None or saved is module:
            delattr(package, last)
        else:
            setattr(package, last, saved)
        return True

    def _refuse(self, name, reason):
        self.refused[name] = self.new_refusals[name] = reason

    def _load(self, spec):
        name = spec.name
        if name in self.refused:
            self._taint()
            raise _Refused(name)
        self._need(name)
        entry = Entry(spec)
        entry.is_usable = kind(spec) in _KINDS and self._is_of_environment(spec)
        _add_with_parents(entry.needs, name.rpartition(".")[0])
        known = set(sys.modules)
        self._running.append(entry)
        self._nested.append(0.0)
        started = time.perf_counter()
        try:
            module = self._originals[0](spec)
        finally:
            seconds = time.perf_counter() - started
            self._running.pop()
            nested = self._nested.pop()
            self._nested[-1] += seconds
        made = {other for other in sys.modules if other not in known and other not in self._entries and other != name}
        if made - self._dynamic:  # not by importing
            self._dynamic |= made
            entry.is_usable = False
        # (Not by __name__: _decimal says that it is decimal.)
        if type(module) is not types.ModuleType or module.__spec__ is not spec:
            entry.is_usable = False
        entry.close(module, seconds - nested)
        self._entries[name] = entry
        if name == _UTIL:
            self._watch_find_spec(module)
        self.namespaces.note(name, module)
        return module

    def _import(self, name, globals=None, locals=None, fromlist=(), level=0):
        try:
            module = self._originals[1](name, globals, locals, fromlist, level)
        except ModuleNotFoundError as error:
            self._missed(error.name)
            raise
        except ImportError:
            # A name that a module has not got: the module is needed like any other.
            self._need(_absolute(name, globals, level))
            raise
        except Exception:
            self._taint()
            raise
        if self._running:
            imported = _absolute(name, globals, level)
            self._need(imported)
            for item in self._items(imported, fromlist):
                if "%s.%s" % (imported, item) in sys.modules:
                    self._need("%s.%s" % (imported, item))
        return module

    def _import_module(self, name, package=None):
        try:
            module = self._originals[2](name, package)
        except ModuleNotFoundError as error:
            self._missed(error.name)
            raise
        except Exception:
            self._taint()
            raise
        self._need(module.__name__)
        return module

    def _watch_find_spec(self, util):
        def find_spec(name, package=None):
            # What it answers may be another thing for a hook, and nobody knows what is made of the answer.
            self._taint()
            return original(name, package)

        self._find_spec = original = util.find_spec
        util.find_spec = find_spec

    def _items(self, name, fromlist):
        module = sys.modules.get(name)
        for item in fromlist or ():
            if item == "*":
                yield from (each for each in getattr(module, "__all__", ()) if isinstance(each, str))
            elif isinstance(item, str):
                yield item

    def _need(self, name):
        if self._running:
            _add_with_parents(self._running[-1].needs, name)

    def _missed(self, name):
        if self._running:
            if name is None:
                self._running[-1].is_usable = False
            else:
                self._running[-1].absent[name] = None

    def _taint(self):
        for entry in self._running:
            entry.is_usable = False

    def _is_of_environment(self, spec):
        return not spec.has_location or spec.origin.startswith(self._roots)


def _add_with_parents(needs, name):
    end = name.find(".")
    while end > 0:
        needs[name[:end]] = None
        end = name.find(".", end + 1)
    if name:
        needs[name] = None


def _absolute(name, globals, level):
    if level == 0:
        return name
    return _bootstrap._resolve_name(name, _bootstrap._calc___package__(globals), level)
