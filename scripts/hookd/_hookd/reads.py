"""Notes what an import reads that may be another in each call. Reading leaves no trace, so the things themselves are watched."""

import os
import sys

from .names import read_inside_hooks_only


class Reads:
    """Watches from its creation until stop().

    `seen` is what was read first of: the current directory, and with `lists` sys.argv, and sys.path apart from what the import
    system does with it (both are another by the time a hook imports something); a text, or None. `variables` are the names of those
    environment variables which a call may bring along that were read, ALL for the whole environment.
    """

    ALL = "*"

    def __init__(self, lists):
        self.seen = None
        self.variables = set()
        self._getcwd = os.getcwd, os.getcwdb
        os.getcwd, os.getcwdb = map(self._watched, self._getcwd)
        self._variables = os.environ._data
        os.environ._data = _Variables(self._variables, self.variables)
        self._lists = {name: getattr(sys, name) for name in (("argv", "path") if lists else ())}
        for name, original in self._lists.items():
            setattr(sys, name, _List(original, "sys." + name, self._note))

    def kept(self):
        """The name of a watched list that somebody has taken a reference to, or None."""
        for name in self._lists:
            if sys.getrefcount(getattr(sys, name)) > 2:  # sys and the argument of getrefcount
                return "sys." + name
        return None

    def stop(self):
        """Puts back what was watched. Changes that were made meanwhile stay."""
        os.getcwd, os.getcwdb = self._getcwd
        self._variables.clear()
        self._variables.update(dict.items(os.environ._data))
        os.environ._data = self._variables
        for name, original in self._lists.items():
            original[:] = list.copy(getattr(sys, name))
            setattr(sys, name, original)

    def _note(self, what):
        if self.seen is None:
            self.seen = what

    def _watched(self, function):
        def watched():
            self._note("the current directory")
            return function()

        return watched


class _Variables(dict):
    """The data of os.environ: encoded names and values."""

    def __init__(self, data, read):
        super().__init__(data)
        self._read = read

    def __getitem__(self, key):
        name = os.fsdecode(key)
        if read_inside_hooks_only(name):
            self._read.add(name)
        return super().__getitem__(key)

    def __iter__(self):
        self._read.add(Reads.ALL)
        return super().__iter__()


class _List(list):
    """A list that knows who looks into it."""

    def __init__(self, original, name, note):
        super().__init__(original)
        self._name = name
        self._note = note

    def __iter__(self):
        self._look()
        return super().__iter__()

    def __getitem__(self, index):
        self._look()
        return super().__getitem__(index)

    def __contains__(self, item):
        self._look()
        return super().__contains__(item)

    def _look(self):
        if not sys._getframe(2).f_code.co_filename.startswith("<frozen importlib"):
            self._note(self._name)
