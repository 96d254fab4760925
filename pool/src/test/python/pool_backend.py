"""A backend whose hooks wait for a byte, so that a test decides when they end."""

import os
import signal
import sys


def _run(settings):
    settings = settings or {}
    if "started" in settings:
        os.mkfifo(settings["started"] + ".wait")
        # For reading and writing: opening does not wait, and the test may write, and delete the name, from the rename on.
        wait = os.open(settings["started"] + ".wait", os.O_RDWR)
        with open(settings["started"] + ".part", "w") as file:
            print(os.getpid(), file=file)
        print("started", os.path.basename(settings["started"]), flush=True)
        os.rename(settings["started"] + ".part", settings["started"])
        if settings.get("deaf"):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
        os.read(wait, 1)
        print("ended", os.path.basename(settings["started"]), file=sys.stderr)
    return os.environ.get("POOL_NAME", "")


def get_requires_for_build_wheel(config_settings=None):
    return [_run(config_settings)]


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return _run(config_settings) + ".whl"
