"""Whether the modules that are imported already are as they were: an import may patch them, or register something in them."""

import operator
import sys
import types

# Of the standard library and setuptools: names that keep what a function has found out once and that depends on nothing but the
# installation. Whoever calls the function next finds out the same.
_CACHES = {
    "sysconfig": ("_CONFIG_VARS", "_CONFIG_VARS_INITIALIZED"),
    "distutils.sysconfig": ("_config_vars",),
    "setuptools._distutils.sysconfig": ("_config_vars",),
    "encodings": ("_cache",),
    "linecache": ("cache",),
    "re": ("_cache", "_cache2"),
    "sys": ("modules", "path_importer_cache"),
    "typing": ("_cleanups", "_overload_registry"),
}
_CONTAINERS = (dict, list, set)


class Namespaces:
    """The modules of this process and what their names stood for.

    The lists, dicts and sets of the modules that a hook finds imported are compared by length as well. What a module that is imported
    ahead registers in another one of those is let pass (csv does so in _csv): hooks import the one that registers.
    """

    def __init__(self):
        self._imported = {}
        self._modules = {}
        self._names = {}
        self._lengths = {}

    def take(self):
        """Takes all modules as they are now for right; those that are imported now are expected to remain so."""
        self._imported = {name: sys.modules.get(name) for name in self._imported or list(sys.modules)}
        for name, module in list(self._modules.items()):
            self.note(name, module)
        for name, module in self._imported.items():
            self.note(name, module)
            caches = _CACHES.get(name, ())
            self._lengths[name] = [
                (key, value, len(value))
                for key, value in self._names.get(name, {}).items()
                if type(value) in _CONTAINERS and key not in caches
            ]

    def note(self, name, module):
        """Takes one module as it is now for right."""
        self._modules[name] = module
        if type(module) is types.ModuleType:
            self._names[name] = dict(vars(module))

    def caches(self):
        """The objects that change without anybody being able to tell."""
        found = []
        for name, keys in _CACHES.items():
            found += [vars(sys.modules[name])[key] for key in keys if name in sys.modules and key in vars(sys.modules[name])]
        return found

    def copies(self):
        """What this keeps."""
        return self._names.values()

    def without(self, name, key, value):
        """What the name `key` of a module stood for when that was noted, None if nothing or `value`; which is forgotten then."""
        names = self._names.get(name, {})
        if names.get(key) is value:
            names.pop(key, None)
        return names.get(key)

    def change(self):
        """What is not as it was: a text like NAME.ATTRIBUTE; or None."""
        for name, module in self._imported.items():
            if sys.modules.get(name) is not module:
                return "sys.modules[%r]" % name
        for name, module in self._modules.items():
            key = self._changed_key(name, module) if name in self._names else None
            if key is not None:
                return "%s.%s" % (name, key)
        return None

    def _changed_key(self, name, module):
        found, saved = vars(module), self._names[name]
        if len(found) != len(saved) or not all(map(operator.is_, found.values(), saved.values())):
            for key in found.keys() | saved.keys():
                if found.get(key, saved) is saved.get(key, found):
                    continue
                if key in found and _is_submodule(module, key, found[key]):
                    continue
                if key not in _CACHES.get(name, ()):
                    return key
        return next((key for key, value, length in self._lengths.get(name, ()) if len(value) != length), None)


def _is_submodule(package, key, value):
    """Whether it is the attribute that a package gets for a submodule (the package may go by another name as well)."""
    if type(value) is not types.ModuleType:
        return False
    parent, _, last = value.__name__.rpartition(".")
    return last == key and sys.modules.get(parent) is package and sys.modules.get(value.__name__) is value
