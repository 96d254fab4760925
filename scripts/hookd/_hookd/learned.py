"""What the hooks of one backend have been seen to import, and what came of importing it ahead.

It is kept in a file beside the environment, for the next daemon. The file is only a hint: it may be lost, be from another time, or be
written by whoever can write there. Names are all that is taken from it, and whether a module is fit is found out anew.
"""

import json
import os
import sys

from . import imports

_FORMAT = 1
# Of a file that this program wrote; the names of LIMIT modules take a tenth of it.
_FILE_LIMIT = 1024 * 1024


class Learned:
    """`folder` is where the file is kept, None for nowhere."""

    def __init__(self, backend, folder):
        self._marks = {"format": _FORMAT, "backend": backend, "python": sys.implementation.cache_tag}
        self._path = None if folder is None else os.path.join(folder, backend + ".json")
        self._modules = {}  # names in the order of import; seconds, None for one that was not imported ahead yet
        self._refused = {}
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

    def refuse(self, reasons):
        """Takes modules off the list for good, for these reasons (by name)."""
        self._refused.update(reasons)
        for name in reasons:
            self._modules.pop(name, None)

    def measured(self, seconds):
        """Takes what the imports took, by name."""
        self._modules.update(seconds)

    def save(self):
        """Writes the file. That it cannot be written costs the next daemon some time and nothing else: returns why, or None."""
        if self._path is None:
            return None
        self._merge()  # another daemon may have learned, too
        values = dict(self._marks, modules=self._modules, refused=self._refused)
        temporary = "%s.%d" % (self._path, os.getpid())
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            try:
                with open(temporary, "w", encoding="utf-8") as file:
                    json.dump(values, file)
                os.replace(temporary, self._path)
            except BaseException:
                if os.path.exists(temporary):
                    os.unlink(temporary)
                raise
        except OSError as error:
            return "what was learned cannot be kept: %s" % error
        return None

    def _merge(self):
        """Adds what the file has."""
        for name, reason in self._read("refused", str).items():
            self.refuse({name: reason})
        known = self._read("modules", (int, float, type(None)))
        self.add(known)
        for name, seconds in known.items():
            if name in self._modules and self._modules[name] is None:
                self._modules[name] = seconds

    def _read(self, member, types):
        """A member of the file that is an object of such values by module name; empty when the file is not one of ours."""
        try:
            if self._path is None or os.path.getsize(self._path) > _FILE_LIMIT:
                return {}
            with open(self._path, encoding="utf-8") as file:
                values = json.load(file)
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(values, dict) or any(values.get(name) != value for name, value in self._marks.items()):
            return {}
        found = values.get(member)
        if not isinstance(found, dict) or not all(isinstance(value, types) for value in found.values()):
            return {}
        return {name: value for name, value in found.items() if _is_name(name)}


def _is_name(name):
    return len(name) <= 255 and all(part.isidentifier() for part in name.split("."))
