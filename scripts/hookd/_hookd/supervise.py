"""Waits for a hook's process: collects what it sends, and leaves nothing of it running."""

import os
import resource
import select
import sys
import time

from . import posix_control
from .errors import ChildExit

RESULT_LIMIT = 64 * 1024 * 1024
# As much as a pipe holds; and small enough for the allocator to reuse.
_CHUNK = 64 * 1024

# Seconds: a hook that has not ended by then goes on for a while, most often.
_SHORT = 0.012

# Why a hook was stopped.
CANCELLED = "cancelled"
ABANDONED = "abandoned"


class Report:
    """What became of a hook's process. `data` is what came from the result pipe: bytes of which nothing is known.

    `status` is as of wait4; `stopped` is None, CANCELLED or ABANDONED; `usage` has seconds and bytes.
    """

    def __init__(self, status, usage, stopped, overflow, data=b""):
        self.status = status
        self.usage = usage
        self.stopped = stopped
        self.overflow = overflow
        self.data = data


def watch(pid, reader, control, signals, keep, meanwhile=None):
    """Waits until the process `pid` has ended and returns its Report. Closes reader.

    `control` may ask to stop meanwhile: `poll_fd()` is a descriptor to wait for, or None, and `stop_wanted(readable)` reads it
    if readable, and returns why to stop, or None. The end of the process counts and not the end of file on its pipe, which a
    process that it left behind might keep open for ever. keep() are the children of ours that are not of this hook. meanwhile()
    is called once if the hook takes long enough for that not to delay its answer.
    """
    started = time.monotonic()
    child = _Child(pid)
    data = bytearray()
    reading = True
    os.set_blocking(reader, False)
    try:
        stopped = control.stop_wanted(readable=False)
        if stopped is not None:
            posix_control.kill_group(pid)
        while not child.has_ended():
            poll = select.poll()
            poll.register(signals.fd, select.POLLIN)
            if reading:
                poll.register(reader, select.POLLIN)
            control_fd = control.poll_fd() if stopped is None else None
            if control_fd is not None:
                poll.register(control_fd, select.POLLIN)
            ready = dict(poll.poll(None if meanwhile is None else _SHORT * 1000))
            if not ready and meanwhile is not None:
                meanwhile()
                meanwhile = None
            if signals.fd in ready:
                signals.check()
            if reader in ready:
                reading = _read(reader, data)
                if len(data) > RESULT_LIMIT:
                    posix_control.kill_group(pid)
            if control_fd in ready:
                stopped = control.stop_wanted(readable=True)
                if stopped is not None:
                    posix_control.kill_group(pid)
        posix_control.kill_group(pid)
        status, rusage = child.reap()
        posix_control.kill_orphans(keep())
        while reading:
            reading = _read(reader, data, at_once=True)
    except ChildExit:  # out of meanwhile(): this is another process, and nothing of the above is its own
        raise
    except BaseException:  # the daemon is told to end
        if not child.is_reaped:
            posix_control.kill_group(pid)
        os.close(reader)
        raise
    os.close(reader)
    usage = {
        "wall": time.monotonic() - started,
        "user": rusage.ru_utime,
        "system": rusage.ru_stime,
        "max_rss": rusage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
    }
    overflow = len(data) > RESULT_LIMIT
    return Report(status, usage, stopped, overflow, b"" if overflow else bytes(data))


class _Child:
    """A child that is reaped late: until its group is killed, its number must not be given to another process."""

    def __init__(self, pid):
        self._pid = pid
        self._reaped = None

    @property
    def is_reaped(self):
        return self._reaped is not None

    def has_ended(self):
        if hasattr(os, "waitid"):
            return os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        self._wait4(os.WNOHANG)  # macOS has no waitid; there the number is free for a moment
        return self.is_reaped

    def reap(self):
        """(status, resource usage)"""
        if self._reaped is None:
            self._wait4(0)
        return self._reaped

    def _wait4(self, options):
        # os.wait4 imports resource each time; a fresh hook process has not got it (see baseline.py), so it is there only meanwhile.
        had = sys.modules.setdefault("resource", resource) is not resource
        pid, status, rusage = os.wait4(self._pid, options)
        if not had:
            del sys.modules["resource"]
        if pid != 0:
            self._reaped = status, rusage


def _read(reader, data, at_once=False):
    """Reads a chunk; returns whether more may come."""
    try:
        chunk = os.read(reader, _CHUNK)
    except BlockingIOError:
        return not at_once
    data += chunk
    return bool(chunk) and len(data) <= RESULT_LIMIT
