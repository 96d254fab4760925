"""Finds the backend object: from the environment, or from the source tree when there is a backend-path (PEP 517)."""

import importlib
import importlib.machinery
import sys

from .errors import HookError
from .names import BACKEND_IMPORT_ERROR, MISSING_BACKEND_ATTRIBUTE, MISSING_BACKEND_MODULE
from .tracebacks import describe


class BackendPathFinder:
    """A meta-path finder that makes the directories of backend-path win over every other place.

    An environment may hold finders of any kind (editable installs add some), so being first on sys.path is not enough. Only
    top-level names are looked up: what is in a package is found through the package. The backend itself must come from here.
    """

    def __init__(self, directories, module):
        self._directories = directories
        self._backend = module.partition(".")[0]

    def find_spec(self, fullname, path=None, target=None):
        if "." in fullname:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, self._directories)
        if spec is None and fullname == self._backend:
            raise ModuleNotFoundError(
                "No module named %r in backend-path %r" % (fullname, self._directories), name=fullname
            )
        return spec

    def find_distributions(self, context=None):
        """For importlib.metadata: the distributions whose metadata lies on backend-path."""
        # Whoever calls this has importlib.metadata imported; we must not have (see baseline.py).
        metadata = sys.modules["importlib.metadata"]
        wanted = {"path": self._directories}
        if context is not None and context.name is not None:
            wanted["name"] = context.name
        return metadata.MetadataPathFinder.find_distributions(metadata.DistributionFinder.Context(**wanted))


def module_to_import(backend):
    """The part of a backend object that names what to import."""
    return backend.partition(":")[0]


def load(backend, backend_path):
    """Imports the backend and returns the object. Raises HookError."""
    name, _, attributes = backend.partition(":")
    if backend_path:
        sys.meta_path.insert(0, BackendPathFinder(backend_path, name))
    found = _import(name)
    for attribute in attributes.split(".") if attributes else ():
        found = _attribute(found, attribute, backend)
    return found


def _import(name):
    """The module `name`; or, as the protocol allows `module.object` without a colon, that object."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not _is_own(error, name):
            raise _import_failed(error) from None
        failure = HookError(MISSING_BACKEND_MODULE, str(error), *describe(error))
        absent = error.name
    except BaseException as error:  # also SystemExit and KeyboardInterrupt: the import raised them, not a user
        raise _import_failed(error) from None
    parent, _, last = name.rpartition(".")
    if absent != name or not parent:
        raise failure
    return _attribute(sys.modules[parent], last, name)


def _is_own(error, name):
    """Whether the module that was not found is the backend's own or one of its parents, not something it imports."""
    return error.name is not None and (name == error.name or name.startswith(error.name + "."))


def _import_failed(error):
    exception, traceback, message = describe(error, with_message=True)
    return HookError(BACKEND_IMPORT_ERROR, message, exception, traceback)


def _attribute(found, attribute, backend):
    try:
        return getattr(found, attribute)
    except AttributeError as error:
        raise HookError(
            MISSING_BACKEND_ATTRIBUTE, "%r: there is no attribute %r" % (backend, attribute), *describe(error)
        ) from None
    except BaseException as error:
        raise _import_failed(error) from None
