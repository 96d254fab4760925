"""Whether any object that was there before is as it was: an import may patch a class, or register something somewhere.

What an object refers to is compared by identity, for every object that the garbage collector knows. That finds a changed attribute of
a class or an instance, an item of a list or a dict, the interpreter's own lists; not what C code keeps for itself.
"""

import enum
import functools
import gc
import sys
import types
import weakref

from . import finish
from .reads import AFTER_FORK, unwatched

# They change with every import, or keep what a function has found out once and would find out again.
_IGNORED = (
    types.ModuleType,
    types.FrameType,
    types.GeneratorType,
    types.CellType,
    type(functools.lru_cache()(len)),
    weakref.ref,
    type(iter([])),
    type(iter({})),
    type(iter(())),
)


_SIZE = 8
_OWN_PACKAGE = __name__.partition(".")[0] + "."


# Where logging keeps which one is whose parent, abstract classes what was registered (of the module that registers it), and the caches
# of functions' attributes.
_KNOWN = (("_abc", "_abc_data"), ("logging", "Logger"), ("builtins", "function"))
# Of which one module of the standard library changes the classes of another one that only it is made of.
_SELF_MADE = ("ast", "_ast", "collections.abc")


class Heap:
    """`ignored` are objects that are known to change."""

    def __init__(self, ignored):
        self._ignored = {id(thing) for thing in ignored}
        self._ignored.update((id(sys.modules), id(sys.path_importer_cache)))
        self._objects = []
        # Not a list: numbers in between the objects of modules would hold on to the memory around them.
        self._marks = bytearray()
        self.generators = []  # of random numbers: those that are new since the first time

    def has_finalizers(self):
        """As finish.has_finalizers() for all objects there are."""
        _unfreeze()
        gc.collect()
        found = finish.has_finalizers()
        _freeze()
        return found

    def take(self, own):
        """Takes the objects that are new since the last time as they are now for right, but for those in `own`."""
        self._ignored.update(map(id, own))
        is_first = not self._objects
        if is_first:
            _unfreeze()
            gc.collect()
        new = gc.get_objects()
        if not is_first:
            self.generators += [thing for thing in new if type(thing).__module__ == "random" and hasattr(thing, "getstate")]
        _freeze()  # so that the next time finds only what is new then
        for thing in new:
            if isinstance(thing, types.ModuleType):
                self._ignored.add(id(vars(thing)))  # namespaces.py looks after these
            elif type(thing).__module__.startswith(_OWN_PACKAGE):
                own = getattr(thing, "__dict__", {})
                self._ignored.update((id(thing), id(own)))
                self._ignored.update(map(id, own.values()))
        for thing in new:
            if not issubclass(type(thing), _IGNORED) and id(thing) not in self._ignored:
                self._objects.append(thing)
                self._marks += _mark(thing)

    def changed(self):
        """The objects that are not as they were; they are taken for right from now on."""
        found = []
        for number, thing in enumerate(self._objects):
            mark, place = _mark(thing), slice(number * _SIZE, (number + 1) * _SIZE)
            if self._marks[place] != mark:
                self._marks[place] = mark
                if not _is_known_to_change(thing):
                    found.append(thing)
        return found


def _freeze():
    if hasattr(gc, "freeze"):
        gc.freeze()


def _unfreeze():
    if hasattr(gc, "unfreeze"):
        gc.unfreeze()


def _mark(thing):
    """A digest of what it refers to, of _SIZE bytes."""
    marks = []
    for referent in gc.get_referents(thing):
        marks.append(id(unwatched(referent)))
        if type(referent) is dict and not gc.is_tracked(referent):  # nothing but texts and numbers in it
            marks.extend(map(id, referent.values()))
    return hash(tuple(marks)).to_bytes(_SIZE, "little", signed=True)


def _is_known_to_change(thing):
    """Whether nobody can tell what an import changes in it, or whether it concerns the imported module alone."""
    cls = type(thing)
    if (cls.__module__, cls.__name__) in _KNOWN or cls.__module__ in ("typing", "__future__"):
        return True
    if isinstance(thing, type):
        return thing.__module__ in _SELF_MADE
    if cls is set:  # what an abstract class was asked about
        return all(type(value) is weakref.ref for value in thing)
    if cls is list:  # the interpreter's modules by number; what the standard library does after a fork
        return all(
            value is None or isinstance(value, types.ModuleType) or getattr(value, "__module__", None) in AFTER_FORK
            for value in thing
        )
    return cls is dict and _is_known_dict(thing)


def _is_known_dict(thing):
    keys, values = list(thing), list(thing.values())
    return (
        # Where a class keeps its subclasses: every class statement adds to one.
        all(type(value) is weakref.ref for value in values)
        # What would be found out or made again: results of functools.lru_cache, combinations of flags, compiled formats of struct.
        or any(type(value).__name__ == "_lru_list_elem" for value in values)
        or all(isinstance(value, enum.Enum) for value in values)
        or all(type(value).__module__ == "_struct" for value in values)
        # Where logging keeps its loggers: Stash sees to those.
        or all(type(value).__module__ == "logging" for value in values if value is not None)
        # The interpreter's own: definitions of extension modules, thread-local objects.
        or all(type(value).__name__ == "moduledef" for value in values)
        or all(type(key) is str and key.startswith(("Py_Repr", "thread.local.")) for key in keys)
        or thing.get("__module__") in _SELF_MADE
        or str(thing.get("__name__")).startswith(_OWN_PACKAGE)
    )
