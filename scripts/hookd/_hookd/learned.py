"""What the hooks of one backend have been seen to import, and what came of importing it ahead.

It is kept in a file beside the environment, for the next daemon. The file is only a hint: it may be lost, be from another time, or be
written by whoever can write there. Names are all that is taken from it, and whether a module is fit is found out anew.
"""

import json
import os
import sys

from . import imports, kept_file

_FORMAT = 1
# Of a file that this program wrote; the names of LIMIT modules take a tenth of it.
_FILE_LIMIT = 1024 * 1024
_REASON_LIMIT = 200  # characters
_MOST_SECONDS = 3600  # as LearnedModules.java
# How preload.py says these.
_NOT_FOUND = "raises ModuleNotFoundError"
_IMPORTS = "it imports "


class Learned:
    """`folder` is where the file is kept, None for nowhere.

    What it is told comes from processes that have imported anything: it takes names that are names, as many as the limit allows
    (the oldest go), reasons of one short line, and numbers that can be seconds.
    """

    def __init__(self, backend, folder):
        self._marks = {"format": _FORMAT, "backend": backend, "python": sys.implementation.cache_tag}
        self._path = None if folder is None else os.path.join(folder, backend + ".json")
        self._modules = {}  # names in the order of import; seconds, None for one that was not imported ahead yet
        self._refused = {}
        self._unkept = set()  # of those, the ones that the next daemon shall try
        self._merge()

    def __len__(self):
        return len(self._modules)

    @property
    def refused(self):
        """Why, by name: modules that are not imported ahead any more."""
        return dict(self._refused)

    def names(self):
        """What is to be imported ahead, in the order in which the hooks did it."""
        return [name for name in self._modules if name not in self._refused]

    def add(self, names):
        """Takes names of modules that a hook has imported: returns how many of them were not known."""
        new = [name for name in names if name not in self._modules and name not in self._refused and _is_name(name)]
        new = new[: max(0, imports.LIMIT - len(self._modules))]
        self._modules.update(dict.fromkeys(new))
        return len(new)

    def refuse(self, reasons, keep=True):
        """Takes modules off the list for these reasons (by name): returns those of them that it believes.

        With `keep` that is for good, else for the life of this object: the cause may have been outside of the module. A module that
        was not found is not kept in any case: hooks import from directories that are gone afterwards.
        """
        believed = {name: _cleaned(reason) for name, reason in reasons.items() if _is_name(name)}
        for name, reason in believed.items():
            if keep and not reason.endswith(_NOT_FOUND):
                self._unkept.discard(name)
            else:
                self._unkept.add(name)
            self._modules.pop(name, None)
        _put(self._refused, believed)
        self._unkept.intersection_update(self._refused)
        return believed

    def measured(self, seconds):
        """Takes what the imports took, by name."""
        _put(self._modules, {name: value for name, value in seconds.items() if _is_name(name) and _is_time(value)})

    def save(self):
        """Writes the file. That it cannot be written costs the next daemon some time and nothing else: returns why, or None."""
        if self._path is None:
            return None
        self._merge()  # another daemon may have learned, too
        data = json.dumps(dict(self._marks, modules=self._modules, refused=self._kept())).encode("ascii")
        if len(data) > _FILE_LIMIT:
            return "what was learned cannot be kept: it is longer than %d bytes" % _FILE_LIMIT
        try:
            kept_file.replace(self._path, data)
        except (OSError, ValueError) as error:  # ValueError: a name that no file can have
            return "what was learned cannot be kept: %s" % error
        return None

    def _kept(self):
        """What is refused for good: not for a module that is not, either."""
        unkept, more = set(), set(self._unkept)
        while more:
            unkept |= more
            blaming = {_cleaned(_IMPORTS + name) for name in more}
            more = {name for name, reason in self._refused.items() if reason in blaming} - unkept
        return {name: reason for name, reason in self._refused.items() if name not in unkept}

    def _merge(self):
        """Adds what the file has."""
        found = self._read()
        refused = _members(found.get("refused"), str)
        self.refuse({name: reason for name, reason in refused.items() if name not in self._unkept})
        known = _members(found.get("modules"), (int, float, type(None)))
        self.add(known)
        new = [name for name in known if name in self._modules and self._modules[name] is None]
        self.measured({name: known[name] for name in new})

    def _read(self):
        """What the file has, as a dict; empty when it is not one of ours."""
        try:
            values = {} if self._path is None else json.loads(kept_file.read(self._path, _FILE_LIMIT).decode("utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(values, dict) or any(values.get(name) != value for name, value in self._marks.items()):
            return {}
        return values


def _members(values, types):
    """`values` when it is an object of such values by module name, as of a file; else an empty one."""
    if not isinstance(values, dict) or not all(isinstance(value, types) for value in values.values()):
        return {}
    return values


def _put(known, new):
    """Adds to a dict what is new, and drops what has been in it longest where it gets too many."""
    known.update(new)
    for name in list(known)[: max(0, len(known) - imports.LIMIT)]:
        del known[name]


def _is_name(name):
    return len(name) <= 255 and all(part.isidentifier() for part in name.split("."))


def _is_time(seconds):
    return isinstance(seconds, (int, float)) and 0 <= seconds <= _MOST_SECONDS


def _cleaned(reason):
    return "".join(character if character.isprintable() else "?" for character in reason[:_REASON_LIMIT])
