"""A backend with every hook: each answers with what it was given, and with what a test asks for in the settings."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import warnings


class UnsupportedOperation(Exception):
    pass


def _do(hook, arguments, settings):
    """The order is that of the settings."""
    for key, value in (settings or {}).items():
        if key == "print":
            print(value)
        elif key == "print-error":
            print(value, file=sys.stderr)
        elif key == "write":
            for _ in range(int(value)):
                os.write(1, b"0123456789abcdef" * 64)
        elif key == "warn":
            warnings.warn(value)
        elif key == "raise":
            raise ValueError(value)
        elif key == "unsupported":
            raise UnsupportedOperation(value)
        elif key == "exit":
            sys.exit(int(value))
        elif key == "crash":
            ctypes.string_at(0)
        elif key == "kill-daemon":
            os.kill(_daemon(), int(value))
        elif key == "signal":
            os.kill(os.getpid(), int(value))
        elif key == "spawn":
            child = subprocess.Popen([sys.executable, "-S", "-c", "import signal; signal.pause()"], start_new_session=True)
            with open(value, "a") as file:
                print(child.pid, file=file)
        elif key == "touch":
            with open(value, "w") as file:
                print(os.getpid(), file=file)
        elif key == "replace-stdout":
            path = os.readlink("/proc/self/fd/1")
            os.unlink(path)
            os.symlink(value, path)
        elif key == "hang":
            while True:
                signal.pause()
        elif key == "environ":
            print(json.dumps(dict(os.environ), sort_keys=True))
        elif key == "return":
            return value
    if hook.startswith("get_requires"):
        return [hook, json.dumps(settings), "naïve '\"\\ requirement"]
    print(json.dumps([hook, arguments, settings, os.getcwd()]))
    return hook + "-1.0"


def _daemon():
    """The daemon is the ancestor that runs hookd.py and whose parent is none."""
    found = None
    pid = os.getpid()
    while pid > 1:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            if b"daemon.py" not in file.read() and found is not None:
                return found
        found = pid
        with open("/proc/%d/stat" % pid) as file:
            pid = int(file.read().rpartition(")")[2].split()[1])
    return found


def get_requires_for_build_wheel(config_settings=None):
    return _do("get_requires_for_build_wheel", [], config_settings)


def get_requires_for_build_editable(config_settings=None):
    return _do("get_requires_for_build_editable", [], config_settings)


def get_requires_for_build_sdist(config_settings=None):
    return _do("get_requires_for_build_sdist", [], config_settings)


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    return _do("prepare_metadata_for_build_wheel", [metadata_directory], config_settings)


def prepare_metadata_for_build_editable(metadata_directory, config_settings=None):
    return _do("prepare_metadata_for_build_editable", [metadata_directory], config_settings)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return _do("build_wheel", [wheel_directory, metadata_directory], config_settings)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _do("build_editable", [wheel_directory, metadata_directory], config_settings)


def build_sdist(sdist_directory, config_settings=None):
    return _do("build_sdist", [sdist_directory], config_settings)
