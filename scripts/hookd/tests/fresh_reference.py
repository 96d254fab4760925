"""What a front end starts for a hook: imports what the script of pyproject_hooks imports, then the backend, and calls the hook.

Run by test_fidelity.py and comparison.py to compare with; argv as that script has it: hook name, control directory. The
directory holds input.json, {"backend": module or module:object.attribute, "arguments": [...]}, and gets output.json when the hook
returns or raises; never when it ends the process:

    {"type": class of the value, "value": the value where JSON has it}
    {"exception": class, "message": its str() or null, "str_raised": class of what str() raised or null, "traceback": text}

Then the process ends as that of any front end does; with status 1 after an exception, but its traceback, and the text that
SystemExit may have, are not printed: they are recorded.
"""

import json
import os
import os.path
import re  # noqa: F401
import shutil  # noqa: F401
import sys
import traceback
import warnings  # noqa: F401
from glob import glob  # noqa: F401
from importlib import import_module
from importlib.machinery import PathFinder  # noqa: F401

# References of its own: what a hook does to these modules must not spoil the record of what it answered.
_clear_frames = traceback.clear_frames
_encode, _getpid, _exit = json.JSONEncoder().encode, os.getpid, sys.exit
_reserve = [bytearray(4 << 20)]


def main(hook_name, directory):
    own = _getpid()
    # As bytes: a codec that is imported for this could be seen by the hook.
    with open(os.path.join(directory, "input.json"), "rb") as file:
        asked = json.loads(file.read())
    path = os.path.join(directory, "output.json")
    name, _, attributes = asked["backend"].partition(":")
    backend = import_module(name)
    for attribute in attributes.split(".") if attributes else ():
        backend = getattr(backend, attribute)
    hook = getattr(backend, hook_name)
    try:
        value = hook(*asked["arguments"])
    except BaseException as error:
        # A copy of the process that a hook forked ends as it likes, but it is not what answers.
        if _getpid() != own:
            raise
        record(path, raised(error))
        if isinstance(error, SystemExit) and isinstance(error.code, (int, type(None))):
            raise
        failed = True
    else:
        if _getpid() == own:
            record(path, returned(value))
        failed = False
    if failed:
        _exit(1)


def record(path, outcome, open=open):
    with open(path, "wb") as file:
        file.write(_encode(outcome).encode("ascii"))


def returned(value):
    outcome = {"type": class_name(type(value))}
    if isinstance(value, (str, type(None))) or isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        outcome["value"] = value
    elif isinstance(value, (list, tuple)):
        outcome["items"] = [class_name(type(item)) for item in value]
    return outcome


def raised(error):
    if isinstance(error, MemoryError):
        # To have some for what follows.
        _reserve.clear()
        _clear_frames(error.__traceback__)
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    text = "".join(traceback.format_exception(type(error), error, frames))
    outcome = {"exception": class_name(type(error)), "message": None, "str_raised": None, "traceback": text}
    try:
        outcome["message"] = str(error)
    except BaseException as failure:
        outcome["str_raised"] = class_name(type(failure))
    return outcome


def class_name(cls):
    return "%s.%s" % (cls.__module__, cls.__qualname__)


if __name__ == "__main__":
    del sys.path[0]
    main(*sys.argv[1:])
