"""The cache folder of the corpus: where it is, the lock over it, and the virtual environments in it."""

import contextlib
import fcntl
import os
import subprocess
import sys
from pathlib import Path


class CorpusError(Exception):
    """What went wrong, in words for the person who ran the script."""

    exit_status = 1


class Unavailable(CorpusError):
    """The package index did not give what was asked of it. Without a network that is no fault of anything here."""

    exit_status = 75  # EX_TEMPFAIL: the same command may succeed another time


def say(text):
    """Write one line for a person; standard output belongs to the result."""
    print(text, file=sys.stderr, flush=True)


def directory():
    """The cache folder, created if need be, with symbolic links resolved."""
    configured = os.environ.get("HOOKD_CORPUS_DIR")
    if configured:
        path = Path(configured)
    else:
        caches = os.environ.get("XDG_CACHE_HOME")
        path = (Path(caches) if caches else Path.home() / ".cache") / "hookd" / "corpus"
    path.mkdir(parents=True, exist_ok=True)
    return path.resolve()


@contextlib.contextmanager
def locked(cache, name):
    """Hold the lock `name` of the cache folder; the kernel lets go of it however this process ends."""
    # Opened without truncation and never deleted: removing a lock file would let two processes lock two files.
    with open(str(cache / ("%s.lock" % name)), "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another run that works in %s" % cache)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def virtual_environment(cache, name, requirements):
    """The interpreter of the environment `name` with `requirements` in it, made or reused.

    Call it with the lock held. The marker is written last and says what it stands for, so an environment that was
    cut off half-way, belongs to another interpreter or lacks a requirement is made anew.
    """
    home = cache / name
    python = home / "bin" / "python"
    marker = home / "hookd-complete"
    wanted = "\n".join([sys.version, os.path.realpath(sys.executable)] + requirements) + "\n"
    if python.exists() and marker.exists() and marker.read_text(encoding="utf-8") == wanted:
        return python
    say("making the environment %s: %s" % (home, ", ".join(requirements)))
    _run([sys.executable, "-m", "venv", "--clear", str(home)], CorpusError)
    _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"] + requirements, Unavailable)
    marker.write_text(wanted, encoding="utf-8")
    return python


def _run(command, failure):
    # Both streams go to standard error, so that nothing but our result is on standard output.
    status = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno())
    if status:
        raise failure("%s ended with status %d" % (" ".join(command), status))
