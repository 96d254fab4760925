"""Imports modules one after the other and notes, for each, what its body asked the import system for."""

import builtins
import importlib._bootstrap as _bootstrap
import importlib.machinery as machinery
import os
import sys
import time
import types

from .reads import unwatched
from .stash import Entry, Revealing, Stash, kind

_KINDS = (
    machinery.SourceFileLoader,
    machinery.SourcelessFileLoader,
    machinery.ExtensionFileLoader,
    machinery.BuiltinImporter,
    machinery.FrozenImporter,
)
_STANDARD_LIBRARY = os.path.join(os.path.dirname(os.__file__), "")
# They name sys.modules to put something into it, up to CPython 3.12.
_ONLY_MAKE_MODULES = ("typing",)
_FUNCTION = 1  # CO_OPTIMIZED: the code of a function, not of a module or a class


class Refused(BaseException):
    """A module that must not be imported ahead was about to be. Not an Exception: module bodies catch those and go on."""


class Recorder:
    """A context manager: while it is entered, imports are noted; `stash` has those that can be had again.

    `refused` are modules that must not be imported, with the reasons; `new_refusals` those that came about here; `again` has those whose
    bodies ran a second time, so that there are two of them now. `namespaces` is told of every module when its body has run.
    """

    def __init__(self, refused, namespaces):
        self.refused = dict(refused)
        self.new_refusals = {}
        self.again = []
        self.stash = Stash(dict(sys.modules))
        self._namespaces = namespaces
        self._before = frozenset(sys.modules)
        self._entries = {}
        self._made = set()
        self._running = []
        self._nested = [0.0]
        self._looked = False
        self._roots = tuple(os.path.join(path, "") for path in sys.path if os.path.isabs(path))
        self._originals = None

    def __enter__(self):
        self._originals = _bootstrap._load_unlocked, _bootstrap._find_and_load, _bootstrap._gcd_import, builtins.__import__
        _bootstrap._load_unlocked = self._load
        _bootstrap._find_and_load = self._find_and_load
        _bootstrap._gcd_import = self._gcd_import
        builtins.__import__ = self._import
        sys.meta_path.insert(0, self)
        self.stash.activate()

    def __exit__(self, *raised):
        self.stash.deactivate()
        sys.meta_path.remove(self)
        _bootstrap._load_unlocked, _bootstrap._find_and_load, _bootstrap._gcd_import, builtins.__import__ = self._originals

    def import_module(self, name):
        """Imports a module; one that cannot be is refused from now on."""
        try:
            _bootstrap._gcd_import(name)
        except Refused as refusal:
            self.refuse(name, "it imports %s" % refusal)
        except BaseException as error:  # also SystemExit: the body raised it
            self.refuse(name, "its import raises %s" % type(error).__name__)

    def put_away(self):
        """Takes what was imported out of sys.modules, so that the next import finds what a fresh process does."""
        flawed = {name: entry for name, entry in self._entries.items() if entry.flaw is not None}
        found = True
        while found:
            found = False
            for name, entry in self._entries.items():
                if entry.flaw is None:
                    for need in entry.needs:
                        if need in flawed or not self._is_known(need):
                            entry.flaw = "it imports %s" % need
                            flawed[name] = entry
                            found = True
                            break
        for name, entry in flawed.items():
            self.refuse(name, entry.flaw)
        for name, module in list(sys.modules.items()):
            if name in self._before:
                continue
            is_bound = name not in self._made and self._unbind(name, module)
            if name in self._entries and name not in flawed:
                self.stash.add(name, self._entries[name], is_bound)
        for name in set(sys.modules) - self._before:
            del sys.modules[name]
        self._entries = {}
        self._made = set()
        self.stash.begin()

    def module(self, name):
        """A module that is imported or put away, or None."""
        return sys.modules.get(name) or self.stash.module(name)

    def refuse(self, name, reason):
        if name not in self.refused:
            self.refused[name] = self.new_refusals[name] = reason

    def find_spec(self, name, path=None, target=None):
        """As a finder that is asked first and finds nothing: notes a search that does not end in an import."""
        if not self._looked:
            # What is found may be another thing for a hook, and nobody knows what is made of the answer.
            self._taint("it looks for %s" % name)
        return None

    def _is_known(self, name):
        return name in self._entries or name in self.stash or name in self._before or name in self._made

    def _unbind(self, name, module):
        parent, _, last = name.rpartition(".")
        package = sys.modules.get(parent)
        if not isinstance(package, types.ModuleType) or vars(package).get(last) is not module:
            return False
        saved = self._namespaces.without(parent, last, module)
        if saved is None:
            delattr(package, last)
        else:
            setattr(package, last, saved)
        return True

    def _find_and_load(self, name, import_):
        # Of importlib._bootstrap: imports a module that is not in sys.modules, finding it first.
        looked, self._looked = self._looked, True
        try:
            return self._originals[1](name, import_)
        finally:
            self._looked = looked

    def _gcd_import(self, name, package=None, level=0):
        # What importlib.import_module calls.
        return self._noting(self._originals[2], (name, package, level), _bootstrap._resolve_name(name, package, level) if level else name)

    def _load(self, spec):
        name = spec.name
        if type(spec.loader) is Revealing:
            self._need(name)
            return self._originals[0](spec)
        if name in self.stash:
            self.again.append(name)
        flaw = self._flaw(spec)
        if name in self.refused or kind(spec) is machinery.ExtensionFileLoader and flaw is not None:
            # An extension module is not imported to be thrown away: not every library bears to be imported twice in one process.
            self.refuse(name, flaw)
            self._taint("it imports %s" % name)
            raise Refused(name)
        self._need(name)
        entry = Entry(spec)
        entry.flaw = flaw
        _add_with_parents(entry.needs, name.rpartition(".")[0])
        known = set(sys.modules)
        loggers = _loggers()
        self._running.append(entry)
        self._nested.append(0.0)
        looked, self._looked = self._looked, False
        started = time.perf_counter()
        try:
            module = self._originals[0](spec)
        finally:
            seconds = time.perf_counter() - started
            self._looked = looked
            self._running.pop()
            nested = self._nested.pop()
            self._nested[-1] += seconds
        for other in set(sys.modules) - known - self._made - {name}:
            if other not in self._entries and other not in self.stash:
                self._made.add(other)
                entry.made[other] = sys.modules[other]
        # (Not by __name__: _decimal says that it is decimal.)
        if type(module) is not types.ModuleType or module.__spec__ is not spec:
            entry.flaw = "it replaces itself"
        if any(isinstance(value, BaseException) and value.__traceback__ is not None for value in vars(module).values()):
            entry.flaw = "it keeps an exception"
        entry.loggers = [logger for key, logger in _loggers().items() if key not in loggers and hasattr(logger, "disabled")]
        entry.close(module, seconds - nested)
        self._entries[name] = entry
        self._namespaces.note(name, module)
        return module

    def _flaw(self, spec):
        """What makes a module unfit that is known before its body has run."""
        if kind(spec) not in _KINDS:
            return "it is no ordinary module"
        if spec.has_location and not spec.origin.startswith(self._roots):
            return "it is not of the environment"
        if kind(spec) is machinery.ExtensionFileLoader and not spec.origin.startswith(_STANDARD_LIBRARY):
            return "it is an extension module"
        if spec.name.startswith("encodings."):
            return "a codec is looked for once only in a process"
        if spec.name in _ONLY_MAKE_MODULES:
            return None
        if kind(spec) is machinery.SourceFileLoader and _names_modules(spec.loader.get_code(spec.name)):
            return "it looks into sys.modules"
        return None

    def _import(self, name, globals=None, locals=None, fromlist=(), level=0):
        absolute = name if level == 0 else _bootstrap._resolve_name(name, _bootstrap._calc___package__(globals), level)
        module = self._noting(self._originals[3], (name, globals, locals, fromlist, level), absolute)
        if self._running:
            imported = sys.modules.get(absolute)
            for item in self._items(imported, fromlist):
                full = "%s.%s" % (absolute, item)
                if full in sys.modules:
                    self._need(full)
                elif item in vars(imported):
                    self._running[-1].taken[absolute, item] = unwatched(vars(imported)[item])
                else:
                    self._running[-1].absent[full] = None
        return module

    def _noting(self, function, arguments, absolute):
        try:
            module = function(*arguments)
        except ModuleNotFoundError as error:
            self._missed(absolute, error.name)
            raise
        except ImportError:
            # A name that a module has not got: the module is needed like any other.
            self._need(absolute)
            raise
        except Exception:
            self._taint("an import inside it fails")
            raise
        self._need(absolute)
        return module

    def _items(self, module, fromlist):
        if not isinstance(module, types.ModuleType):
            return
        for item in fromlist or ():
            if item == "*":
                yield from (each for each in vars(module).get("__all__", ()) if isinstance(each, str))
            elif isinstance(item, str):
                yield item

    def _need(self, name):
        if self._running:
            _add_with_parents(self._running[-1].needs, name)

    def _missed(self, asked, missing):
        if not self._running:
            return
        if missing is None:
            self._taint("an import inside it fails")
            return
        self._running[-1].absent[missing] = None
        for name in (asked, missing):
            while name:
                if name in sys.modules:
                    self._need(name)
                name = name.rpartition(".")[0]

    def _taint(self, flaw):
        for entry in self._running:
            entry.flaw = flaw

    def read_variable(self, key, value):
        """A body reads an environment variable; None for all of them."""
        if key is None:
            self._taint("it reads the whole environment")
        elif self._running:
            self._running[-1].variables[key] = value


def _names_modules(code):
    """Whether the body, or that of a class in it, names `modules`, as in sys.modules."""
    return "modules" in code.co_names or any(
        _names_modules(constant)
        for constant in code.co_consts
        if type(constant) is types.CodeType and not constant.co_flags & _FUNCTION
    )


def _loggers():
    logging = sys.modules.get("logging")
    return dict(logging.root.manager.loggerDict) if hasattr(logging, "root") else {}


def _add_with_parents(needs, name):
    end = name.find(".")
    while end > 0:
        needs[name[:end]] = None
        end = name.find(".", end + 1)
    if name:
        needs[name] = None
