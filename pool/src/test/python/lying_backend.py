"""A backend that can tell a warm process from a fresh one, and lies where its config settings say so.

`lie`: in what ("answer", "error", "warning", "product", "tree"); `random`: what chance decides; `log`: a file that gets a line
for each run; `wait`: a directory where the n-th run makes a file `n` with its process id, and stays until there is `n.go`.
"""

import os
import time
import uuid
import warnings
import zipfile

_IMPORTED_IN = os.getpid()


def _word(settings, what):
    """What the hook puts there: in a fresh process the import and the hook have one process."""
    if settings.get("random") == what:
        return uuid.uuid4().hex
    if settings.get("time") == what:
        return str(int(time.time()))
    return "warm" if settings.get("lie") == what and os.getpid() != _IMPORTED_IN else "fresh"


def _begin(settings):
    kind = "forked" if os.getpid() != _IMPORTED_IN else "new"
    if "log" in settings:
        with open(settings["log"], "a") as log:
            print(kind, os.getcwd(), file=log)
    if "wait" in settings:
        number = sum(1 for name in os.listdir(settings["wait"]) if name.isdigit()) + 1
        path = os.path.join(settings["wait"], str(number))
        with open(path + ".part", "w") as file:
            print(os.getpid(), file=file)
        os.rename(path + ".part", path)
        while not os.path.exists(path + ".go"):
            time.sleep(0.005)
    with open("generated.txt", "a") as file:
        file.write(_word(settings, "tree"))
    if settings.get("random") == "name":
        os.mkdir("tmp-" + uuid.uuid4().hex)
    warnings.warn(_word(settings, "warning"))
    if settings.get("fail"):
        raise ValueError(_word(settings, "error"))


def get_requires_for_build_wheel(config_settings=None):
    settings = config_settings or {}
    _begin(settings)
    return [_word(settings, "answer")]


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    settings = config_settings or {}
    _begin(settings)
    os.mkdir(os.path.join(metadata_directory, "x-1.dist-info"))
    with open(os.path.join(metadata_directory, "x-1.dist-info", "METADATA"), "w") as file:
        file.write(_word(settings, "product"))
    return "x-1.dist-info"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    settings = config_settings or {}
    _begin(settings)
    if metadata_directory is not None:
        with open(os.path.join(metadata_directory, "seen"), "x") as file:
            file.write(os.path.basename(metadata_directory))
    with zipfile.ZipFile(os.path.join(wheel_directory, "x-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("x.py", _word(settings, "product"))  # and the time of the run
    return "x-1-py3-none-any.whl"


def build_sdist(sdist_directory, config_settings=None):
    settings = config_settings or {}
    _begin(settings)
    with open(os.path.join(sdist_directory, "x-1.tar.gz"), "w") as file:  # no archive
        file.write(_word(settings, "product"))
    return "x-1.tar.gz"
