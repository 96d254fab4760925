"""Notes what an import reads that may be another in each call. Reading leaves no trace, so the things themselves are watched.

The same goes for what a module that is imported ahead registers to be called at a fork: hooks that do not import it would call it.
"""

import builtins
import gc
import io
import os
import sys
import types

_OWN_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
# Modules of the standard library that renew their locks and seeds after a fork.
AFTER_FORK = ("threading", "logging", "random", "concurrent.futures.thread", "concurrent.futures._base")
_DIRECTORY = ("getcwd", "getcwdb")
# What takes a path, which may be relative. Not all there is, but what these are made of.
_FILES = ("access", "listdir", "lstat", "open", "scandir", "stat")


class Reads:
    """Watches from its creation until stop().

    `seen` says what was done first of these (a text like "reads sys.argv"), or is None: reading the current directory, or files in it;
    with `everything` also registering for a fork, and reading the process's number, sys.argv, and sys.path apart from what the import
    system does with it. `absent` are the files that were looked for in the current directory and not found.

    read_variable(name, value) is called for each environment variable that is read (encoded; the value is None if there is none),
    with (None, None) when they are all looked at.
    """

    def __init__(self, read_variable, everything):
        self.seen = None
        self.absent = set()
        watched = [(os, name, "reads the current directory", False) for name in _DIRECTORY]
        watched += [(os, name, "reads files in the current directory", True) for name in _FILES]
        watched += [(module, "open", "reads files in the current directory", True) for module in (io, builtins)]
        if everything:
            watched.append((os, "getpid", "reads the number of its process", False))
            if hasattr(os, "register_at_fork"):
                watched.append((os, "register_at_fork", "registers what is called at a fork", False))
        self._functions = []
        for module, name, what, if_relative in watched:
            self._functions.append(_Function(module, name, what, if_relative, self))
            setattr(module, name, self._functions[-1])
        self._variables = os.environ._data
        data = _Variables(self._variables, read_variable)
        self._mappings = [mapping for mapping in (os.environ, getattr(os, "environb", None)) if mapping is not None]
        for mapping in self._mappings:
            mapping._data = data
        self._lists = {name: getattr(sys, name) for name in (("argv", "path") if everything else ())}
        for name, original in self._lists.items():
            setattr(sys, name, _List(original, "sys." + name, self.note))

    def stop(self):
        """Puts back what was watched; changes that were made meanwhile stay. Returns the name of something watched that somebody has
        kept and that cannot be put back there, or None."""
        kept = None
        for name, original in self._lists.items():
            watched = getattr(sys, name)
            if sys.getrefcount(watched) > 3:  # sys, the variable here and the argument of getrefcount
                kept = "sys." + name
            original[:] = list.copy(watched)
            setattr(sys, name, original)
        data = os.environ._data
        self._variables.clear()
        self._variables.update(dict.items(data))
        for mapping in self._mappings:
            mapping._data = self._variables
        if sys.getrefcount(data) > 2:
            kept = "os.environ"
        while self._functions:
            function = self._functions.pop()
            setattr(function.module, function.name, function.original)
            if sys.getrefcount(function) > 2:
                kept = _replace(function) or kept
        return kept

    def note(self, what):
        """Something was read."""
        if self.seen is None:
            self.seen = what


def unwatched(value):
    """The value itself, or the function that it stands for."""
    return value.original if type(value) is _Function else value


def _replace(function):
    """Puts the original wherever a namespace refers to the watched function: returns its name if something else refers to it."""
    kept = None
    if hasattr(gc, "unfreeze"):
        gc.unfreeze()  # else they are not looked through
    for referrer in gc.get_referrers(function):
        if type(referrer) is dict:
            classes = [owner for owner in gc.get_referrers(referrer) if isinstance(owner, type)]
            for key, value in list(referrer.items()):
                if value is not function:
                    continue
                for owner in classes:
                    if owner.__dict__.get(key) is function:
                        # Not in the dict: the interpreter remembers what it has found in a class until that is told.
                        type.__setattr__(owner, key, function.original)
                if referrer.get(key) is function:
                    referrer[key] = function.original
        elif type(referrer) is not types.FrameType:
            kept = "%s.%s" % (function.module.__name__, function.name)
    if hasattr(gc, "freeze"):
        gc.freeze()
    return kept


class _Function:
    """Stands for a function of the system. Not a function itself: it may become a class attribute, and must not turn into a method."""

    def __init__(self, module, name, what, if_relative, reads):
        self.module = module
        self.name = name
        self.original = getattr(module, name)
        self._what = what
        self._if_relative = if_relative
        self._reads = reads

    def __call__(self, *arguments, **keywords):
        if self.name == "register_at_fork" and sys._getframe(1).f_globals.get("__name__") in AFTER_FORK:
            return self.original(*arguments, **keywords)
        path = arguments[0] if arguments else keywords.get("path", keywords.get("file", "."))
        if self._if_relative and not _is_relative(path):
            return self.original(*arguments, **keywords)
        try:
            found = self.original(*arguments, **keywords)
        except FileNotFoundError:
            self._reads.absent.add(os.fsdecode(path))
            raise
        if found is False:  # as os.access says it
            self._reads.absent.add(os.fsdecode(path))
        else:
            self._reads.note(self._what)
        return found

    # It may be looked for in os.supports_dir_fd.
    def __eq__(self, other):
        return other is self or other is self.original

    def __hash__(self):
        return hash(self.original)

    def __getattr__(self, name):
        return getattr(self.original, name)


def _is_relative(path):
    return not isinstance(path, int) and not os.path.isabs(path)


class _Variables(dict):
    """The data of os.environ: encoded names and values."""

    def __init__(self, data, read):
        super().__init__(data)
        self._read = read

    def __getitem__(self, key):
        self._read(key, self.get(key))
        return super().__getitem__(key)

    def __iter__(self):
        self._read(None, None)
        return super().__iter__()


class _List(list):
    """A list that knows who looks into it."""

    def __init__(self, original, name, note):
        super().__init__(original)
        self._name = name
        self._note = note

    def _look(self):
        if not sys._getframe(2).f_code.co_filename.startswith(("<frozen importlib", _OWN_FOLDER)):
            self._note("reads " + self._name)


def _looking(name):
    method = getattr(list, name)

    def looking(self, *arguments):
        self._look()
        return method(self, *arguments)

    return looking


for _name in "__iter__ __getitem__ __contains__ __len__ __add__ __mul__ __eq__ __reversed__ __repr__ copy count index".split():
    setattr(_List, _name, _looking(_name))
_List.__hash__ = None
