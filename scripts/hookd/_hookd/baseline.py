"""Makes sys.modules of this process what it is in a fresh hook process.

Which standard modules are imported already decides what a hook sees: a source tree may hold a `glob.py` of its own, and
setuptools' `__legacy__` backend puts the tree on sys.path. So every process here imports first exactly what the script that
pyproject_hooks runs imports for itself (the list below), and takes what the daemon needs beyond that out of sys.modules
again before any code of a backend runs. The daemon keeps using those modules through its own references; a backend that
imports one gets its own copy, from where a fresh process would get it. On CPython 3.8-3.13 the extra modules are gc, resource,
select, signal, time and _ctypes (not all in every version or process), and `_hookd` itself.

A consequence: code in this package must not import anything inside a function.
"""

import glob  # noqa: F401
import importlib  # noqa: F401
import importlib.machinery  # noqa: F401
import json  # noqa: F401
import os  # noqa: F401
import re  # noqa: F401
import shutil  # noqa: F401
import sys
import traceback  # noqa: F401
import warnings  # noqa: F401

# Of this package only what runs before this import may be there: it goes as well.
MODULES = frozenset(name for name in sys.modules if name.partition(".")[0] != "_hookd")


def drop_extra_modules():
    """Takes out of sys.modules whatever the daemon imported beyond the baseline."""
    for name in [name for name in sys.modules if name not in MODULES]:
        del sys.modules[name]
