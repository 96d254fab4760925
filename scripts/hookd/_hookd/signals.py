"""Signals of a process of ours: they wake its poll(), and never reach code of a hook."""

import os
import signal

from . import descriptors
from .errors import Terminated

_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))


class Signals:
    """Notes SIGCHLD, and with `ending` also the signals that ask the daemon to end.

    `fd` becomes readable with each of them. A signal that was ignored when the daemon was started (nohup) stays ignored.
    """

    def __init__(self, ending):
        self.fd, self._writer = descriptors.pipe()
        self._received = None
        self._raising = False
        self._original = {}
        os.set_blocking(self.fd, False)
        os.set_blocking(self._writer, False)
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        self._set(signal.SIGCHLD, _nothing)
        for signum in _ENDING if ending else ():
            if signal.getsignal(signum) != signal.SIG_IGN:
                self._set(signum, self._end)

    def check(self):
        """Empties fd; raises Terminated when the daemon is to end."""
        try:
            while os.read(self.fd, 512):
                pass
        except BlockingIOError:
            pass
        if self._received is not None:
            raise Terminated(self._received)

    def raise_at_once(self, raising):
        """While true, an ending signal raises Terminated out of a blocking system call."""
        self._raising = raising
        if raising:
            self.check()

    def restore(self):
        """Puts back, in a forked child, what a fresh process has."""
        signal.set_wakeup_fd(-1)
        for signum, handler in self._original.items():
            signal.signal(signum, handler)

    def _set(self, signum, handler):
        # None stands for a handler that was not installed from Python, which cannot be put back.
        self._original[signum] = signal.getsignal(signum) or signal.SIG_DFL
        signal.signal(signum, handler)

    def _end(self, signum, frame):
        self._received = signum
        if self._raising:
            raise Terminated(signum)


def _nothing(signum, frame):
    """Only here so that the wake-up descriptor is written: a signal with the default action does not do that."""
