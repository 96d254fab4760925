"""Modules that were imported ahead, and how a hook comes to them: by importing them.

A hook must not find in sys.modules what it has not imported: a fresh process has not got it there either, and the tree may hold
another module of that name, to be found through whatever the hook puts on sys.path until then. So what was imported ahead is put
away here, and the import system goes its whole way: its finders look for the module as in a fresh process. Only the last step,
running the module's body, is left out, and only if

* what was found is the very file that was imported ahead, unchanged;
* each import that the body made would find the same module again, or nothing again where it found nothing;
* what the body took out of other modules and out of the environment is still the same there.

That is the shadow guard: a module that a tree shadows is imported from the tree, and with it every module that imports it. When in
doubt the body runs. It takes as long as finding the modules takes, some 20 us for each; where neither sys.path nor the finders have
changed since, not even that.
"""

import builtins
import importlib._bootstrap as _bootstrap
import importlib.machinery as machinery
import os
import sys

from .reads import unwatched

# A frame of this file in the middle of an import would show in tracebacks and warnings, from which Python leaves out its own
# import system by this name.
_IMPORT_SYSTEM = "<frozen importlib._bootstrap>"

_find_spec_of_python = _bootstrap._find_spec


class Entry:
    """A module that was imported ahead.

    `needs` are the full names of what its body imported, in that order, the module's parents first; `absent` what it tried to import
    in vain; `taken` what it imported from modules, by (module, name); `variables` the environment variables it read (encoded);
    `made` what it put into sys.modules itself. `seconds` is how long its body took, without the bodies of what it imported. `flaw` is why it is of no use, or None.
    """

    def __init__(self, spec):
        self.spec = spec
        self.module = None
        self.needs = {}
        self.absent = {}
        self.taken = {}
        self.variables = {}
        self.made = {}
        self.loggers = ()
        self.seconds = 0.0
        self.flaw = None
        self.file = None

    def close(self, module, seconds):
        """The body has run."""
        self.module = module
        self.seconds = seconds
        self.file = _identity(self.spec)

    def is_found_again(self, spec):
        """Whether `spec` is what the import system finds for the same file."""
        return (
            spec.origin == self.spec.origin
            and kind(spec) is kind(self.spec)
            and _locations(spec) == _locations(self.spec)
            and _identity(spec) == self.file
        )


def kind(spec):
    """What loads the module: a class."""
    return spec.loader if isinstance(spec.loader, type) else type(spec.loader)


def _identity(spec):
    """What changes with the file's content; None for a module without a file, False for one whose file is gone."""
    if not spec.has_location:
        return None
    try:
        status = os.stat(spec.origin)
    except OSError:
        return False
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _locations(spec):
    return None if spec.submodule_search_locations is None else list(spec.submodule_search_locations)


class Revealing:
    """A loader whose modules are there already: the import system takes what is in sys.modules when a body has run."""

    def __init__(self, module):
        self._module = module

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        sys.modules[module.__name__] = self._module


class Stash:
    """What was imported ahead, by name, and `loaded`: sys.modules from before that, which a hook finds as it is.

    `used` has the modules that were revealed in this process.
    """

    def __init__(self, loaded):
        self.used = {}
        self._entries = {}
        self._loaded = loaded
        self._bound = set()
        self._hopeless = set()
        self._finders = None
        self._surroundings = None
        self._paths = {name: _path_of(module) for name, module in loaded.items()}

    def __contains__(self, name):
        return name in self._entries

    def module(self, name):
        """A module that was imported ahead, or None."""
        return self._entries[name].module if name in self._entries else None

    def add(self, name, entry, is_bound):
        """Puts a module away; `is_bound` when it was an attribute of its parent package."""
        self._entries[name] = entry
        self._paths[name] = _locations(entry.spec)
        if is_bound:
            self._bound.add(name)

    def begin(self):
        """From here on it is as if nothing had been revealed."""
        self.used.clear()
        self._hopeless.clear()

    def seconds_by_name(self):
        return {name: entry.seconds for name, entry in self._entries.items()}

    def seconds_saved(self):
        """What the bodies took that did not have to run in this process."""
        return sum((self._entries[name].seconds for name in self.used), 0.0)

    def activate(self):
        """From now on imports in this process, and in those forked from it, take modules from here."""

        def _find_spec(name, path, target=None):
            spec = original(name, path, target)
            return spec if spec is None or target is not None else offer(spec)

        original, offer = _find_spec_of_python, self._offer
        self._finders = _finders()
        self._surroundings = _surroundings()
        _find_spec.__code__ = _find_spec.__code__.replace(co_filename=_IMPORT_SYSTEM)
        _bootstrap._find_spec = _find_spec

    def deactivate(self):
        _bootstrap._find_spec = _find_spec_of_python

    def _offer(self, spec):
        """The spec of the module that was imported ahead, if that may be had; else the one that was found."""
        entry = self._entries.get(spec.name)
        if entry is None:
            return spec
        try:
            if not self._reveal(spec, entry):
                return spec
        except Exception:
            # A finder of the hook's raises where it is asked for something that the body would have asked for. So let the body ask.
            return spec
        return machinery.ModuleSpec(spec.name, Revealing(entry.module))

    def _reveal(self, spec, entry):
        """Puts the module and what it needs into sys.modules; returns whether that could be done."""
        if spec.name in self.used:
            # Another thread was faster. But what the hook has deleted from sys.modules shall run once more.
            return sys.modules.get(spec.name) is entry.module and entry.is_found_again(spec)
        if spec.name in self._hopeless or spec.name in sys.modules:
            return False
        revealed = self._closure(spec)
        if revealed is None:
            return False
        for name in revealed:
            sys.modules.update(self._entries[name].made)
            self.used[name] = sys.modules[name] = self._entries[name].module
        for name in revealed:
            for logger in self._entries[name].loggers:
                # It would be created only now; one that exists is disabled when the hook configures logging.
                logger.disabled = False
            if name in self._bound:  # a package comes behind those of its modules that its body imports
                parent, _, last = name.rpartition(".")
                setattr(sys.modules[parent], last, sys.modules[name])
        return True

    def _closure(self, spec):
        """The names of the module and of all it needs, in the order in which their bodies end; None if one must not be revealed."""
        if _surroundings() != self._surroundings:
            return None
        finders = _finders()
        unchanged = finders == self._finders and all(map(os.path.isabs, sys.path))
        revealed = {}
        made = set()
        begun = set()
        # Depth first without recursion: chains of imports can be long, and the hook's recursion limit is the hook's.
        pending = [(spec.name, spec, None)]
        while pending:
            name, spec, needs = pending.pop()
            entry = self._entries[name]
            if needs is None:
                if name in begun:
                    continue
                begun.add(name)
                if name in self._hopeless or not self._is_as_it_was(entry, spec, unchanged):
                    return self._give_up(name, pending)
                made.update(entry.made)
                needs = iter(entry.needs)
            for need in needs:
                found = sys.modules.get(need)
                if found is not None:
                    expected = self._entries[need].module if need in self._entries else self._loaded.get(need)
                    if found is not expected:
                        return self._give_up(name, pending)
                elif need in made:
                    continue
                elif need not in self._entries or need in self.used or need in sys.modules:
                    return self._give_up(name, pending)
                elif need not in begun:
                    pending.append((name, spec, needs))
                    pending.append((need, None, None))
                    break
            else:
                revealed[name] = None
        return revealed

    def _give_up(self, name, pending):
        # For good: to run a body is never wrong, and to look at everything that it needs each time takes long.
        self._hopeless.add(name)
        self._hopeless.update(name for name, _, needs in pending if needs is not None)

    def _is_as_it_was(self, entry, spec, unchanged):
        """Whether the module itself would be found and would find what it did; `spec` is what was found, or None."""
        name = entry.spec.name
        unchanged = unchanged and self._has_same_path(name.rpartition(".")[0])
        if spec is None and not unchanged:
            spec = self._find(name)
            if spec is None:
                return False
        if not (_identity(entry.spec) == entry.file if spec is None else entry.is_found_again(spec)):
            return False
        data = os.environ._data
        return (
            all(data.get(key) == value for key, value in entry.variables.items())
            and all(self._value(where, key, value) is value for (where, key), value in entry.taken.items())
            and all(self._is_absent(absent, unchanged) for absent in entry.absent)
            and not any(made in sys.modules for made in entry.made)
        )

    def _value(self, name, key, expected):
        """What the name `key` of a module stands for; as expected while the module is still put away."""
        module = sys.modules.get(name)
        return expected if module is None else unwatched(vars(module).get(key))

    def _is_absent(self, name, unchanged):
        if name in sys.modules:
            return sys.modules[name] is None
        parent = name.rpartition(".")[0]
        if parent and parent not in sys.modules and parent not in self._entries:
            return self._find(parent) is None
        return unchanged and self._has_same_path(parent) or self._find(name) is None

    def _has_same_path(self, package):
        """Whether the finders would be given what they were given when the modules were imported ahead.

        The environment's folders are taken as unchanged: nothing is ever installed into an environment that is in use.
        """
        if not package:
            return True
        path = self._path(package)
        return path == self._paths.get(package) and all(map(os.path.isabs, path or ()))

    def _find(self, name):
        parent = name.rpartition(".")[0]
        path = self._path(parent) if parent else None
        if parent and path is None:
            return None
        return _find_spec_of_python(name, path)

    def _path(self, package):
        """The __path__ of a package that is imported, or would be by the time its modules are looked for."""
        module = sys.modules.get(package)
        if module is None and package in self._entries:
            module = self._entries[package].module
        return _path_of(module)


def _path_of(module):
    path = getattr(module, "__path__", None)
    return list(path) if isinstance(path, list) else path


def _finders():
    return list(sys.path), list(sys.meta_path), list(sys.path_hooks)


def _surroundings():
    """What many bodies look at: by identity, since a hook may have put anything there."""
    streams = sys.stdin, sys.stdout, sys.stderr
    return [id(thing) for thing in streams + (sys.platform, os.environ, builtins.__import__)]
