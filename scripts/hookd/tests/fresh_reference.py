"""What a build front end starts for a hook: imports what pyproject_hooks' own script imports, then the backend, and calls the hook.

Run by test_fidelity.py to compare with; argv: backend module, result file.
"""

import json
import os
import os.path  # noqa: F401
import re  # noqa: F401
import shutil  # noqa: F401
import sys
import traceback  # noqa: F401
import warnings  # noqa: F401
from glob import glob  # noqa: F401
from importlib import import_module
from importlib.machinery import PathFinder  # noqa: F401

if __name__ == "__main__":
    del sys.path[0]
    module, path = sys.argv[1:]
    result = import_module(module).build_sdist(None)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file)
