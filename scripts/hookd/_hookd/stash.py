"""Modules that were imported ahead, and how a hook comes to them: by importing them.

A hook must not find in sys.modules what it has not imported: a fresh process has not got it there either, and the tree may hold
another module of that name, to be found through whatever the hook puts on sys.path until then. So what was imported ahead is put
away here, and the import system goes its whole way: its finders look for the module as in a fresh process. Only the last step,
running the module's body, is left out, and only if

* what was found is the very file that was imported ahead, unchanged;
* each import that the body made would find the same module again, or nothing again where it found nothing.

That is the shadow guard: a module that a tree shadows is imported from the tree, and with it every module that imports it. It takes
as long as finding the modules takes, some 20 us for each; where neither sys.path nor the finders have changed since, not even that.
"""

import importlib._bootstrap as _bootstrap
import os
import sys

# A frame of this file in the middle of an import would show in tracebacks and warnings, from which Python leaves out its own
# import system by this name.
_IMPORT_SYSTEM = "<frozen importlib._bootstrap>"

_load_unlocked_by_body = _bootstrap._load_unlocked


class Entry:
    """A module that was imported ahead.

    `needs` are the full names of what its body imported, in that order, the module's parents first; `absent` what it tried to import
    in vain; `seconds` how long its body took, without the bodies of what it imported.
    """

    def __init__(self, spec):
        self.spec = spec
        self.module = None
        self.needs = {}
        self.absent = {}
        self.seconds = 0.0
        self.is_usable = True
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


class Stash:
    """What was imported ahead, by name, and `loaded`: sys.modules from before that, which a hook finds as it is.

    `bound` are the names of the modules that were attributes of their parent packages.
    """

    def __init__(self, entries, loaded, bound):
        self._entries = entries
        self._loaded = loaded
        self._bound = bound
        self._finders = _finders()
        self._paths = {name: _locations(entry.spec) for name, entry in entries.items()}
        self._paths.update((name, _path_of(module)) for name, module in loaded.items())
        self.used = []

    def seconds_by_name(self):
        return {name: entry.seconds for name, entry in self._entries.items()}

    def seconds_saved(self):
        """What the bodies took that did not have to run in this process."""
        return sum((self._entries[name].seconds for name in self.used), 0.0)

    def activate(self):
        """From now on imports in this process, and in those forked from it, take modules from here."""

        def _load_unlocked(spec):
            module = reveal(spec)
            return original(spec) if module is None else module

        reveal = self._reveal
        original = _load_unlocked_by_body
        _load_unlocked.__code__ = _load_unlocked.__code__.replace(co_filename=_IMPORT_SYSTEM)
        _bootstrap._load_unlocked = _load_unlocked

    def _reveal(self, spec):
        """The module that `spec` describes, now in sys.modules; None when its body has to run."""
        entry = self._entries.get(spec.name)
        # Deleted from sys.modules by the hook: then it is the hook's wish that the body runs once more.
        if entry is None or spec.name in self.used or spec.name in sys.modules:
            return None
        revealed = {}
        if not self._can_be_revealed(spec.name, spec, revealed):
            return None
        for name in revealed:
            sys.modules[name] = self._entries[name].module
            self.used.append(name)
        for name in revealed:  # a package comes behind those of its modules that its body imports
            if name in self._bound:
                parent, _, last = name.rpartition(".")
                setattr(sys.modules[parent], last, sys.modules[name])
        return entry.module

    def _can_be_revealed(self, name, spec, revealed):
        """Whether the module and all it needs are what a fresh process would import now; collects their names, in order of need."""
        begun = set()
        # Depth first without recursion: chains of imports can be long, and the hook's recursion limit is the hook's.
        pending = [(name, spec, None)]
        while pending:
            name, spec, needs = pending.pop()
            entry = self._entries[name]
            if needs is None:
                if name in begun:
                    continue
                begun.add(name)
                if not (self._is_where_it_was(entry) if spec is None else entry.is_found_again(spec)):
                    return False
                if any(not self._is_absent(absent) for absent in entry.absent):
                    return False
                needs = iter(entry.needs)
            for need in needs:
                found = sys.modules.get(need)
                expected = self._entries[need].module if need in self._entries else self._loaded.get(need)
                if found is not None:
                    if found is not expected:
                        return False
                elif need not in self._entries or need in self.used or need in sys.modules:
                    return False
                elif need not in begun:
                    pending.append((name, spec, needs))
                    pending.append((need, None, None))
                    break
            else:
                revealed[name] = None
        return True

    def _is_where_it_was(self, entry):
        name = entry.spec.name
        if self._finds_as_before(name.rpartition(".")[0]):
            return _identity(entry.spec) == entry.file
        spec = self._find(name)
        return spec is not None and entry.is_found_again(spec)

    def _is_absent(self, name):
        if name in sys.modules:
            return sys.modules[name] is None
        return self._finds_as_before(name.rpartition(".")[0]) or self._find(name) is None

    def _finds_as_before(self, parent):
        """Whether the finders and the path that they would be given are those of the time when the modules were imported ahead.

        The environment's folders are taken as unchanged: nothing is ever installed into an environment that is in use.
        """
        if _finders() != self._finders:
            return False
        return not parent or self._path(parent) == self._paths.get(parent)

    def _find(self, name):
        parent = name.rpartition(".")[0]
        path = self._path(parent) if parent else None
        if parent and path is None:
            return None
        return _bootstrap._find_spec(name, path)

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
