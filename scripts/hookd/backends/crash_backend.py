"""A backend whose hooks end their process. config_settings has `how`."""

import os
import signal
import sys


def build_sdist(sdist_directory, config_settings=None):
    how = config_settings["how"]
    if how == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif how == "abort":
        os.abort()
    elif how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif how == "_exit":
        os._exit(int(config_settings["status"]))
    elif how == "exit":
        sys.exit(config_settings.get("status"))
    elif how == "interrupt":
        raise KeyboardInterrupt
    elif how == "memory":
        raise MemoryError
    elif how == "recursion":
        return build_sdist(sdist_directory, config_settings)
    return "crash-1.0.tar.gz"
