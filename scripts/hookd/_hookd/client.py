"""The client as the daemon sees it: lines to read, and what may come while a hook runs."""

import os
import select
import stat
import time

from .errors import ClientGone
from .lines import LineReader
from .supervise import ABANDONED, CANCELLED


def _nothing_to_do():
    return (), None


class Client:
    """Reads the client's lines; knows which of them stop a running hook."""

    def __init__(self, fd, signals):
        self.understands_cancel = False
        self._lines = LineReader(fd)
        self._signals = signals
        # A script of actions, not somebody who may go away: everything is there from the beginning, so that the end of the file
        # says nothing about the hook that runs.
        self._is_file = stat.S_ISREG(os.fstat(fd).st_mode)

    def next_line(self, idle=_nothing_to_do):
        """Waits for a line (bytes). Raises ClientGone at the end of file.

        idle() is called whenever there is nothing to read: it does what there is to do meanwhile and returns (descriptors, deadline or
        None); it is called again when one of them is readable or the deadline, of the monotonic clock, has come.
        """
        while True:
            line = self._lines.take()
            if line is not None:
                return line
            if self._lines.at_end:
                raise ClientGone()
            fds, deadline = idle()
            poll = select.poll()
            for fd in fds:
                poll.register(fd, select.POLLIN)
            poll.register(self._lines.fd, select.POLLIN)
            poll.register(self._signals.fd, select.POLLIN)
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            ready = dict(poll.poll(None if left is None else left * 1000))
            if self._signals.fd in ready:
                self._signals.check()
            if self._lines.fd in ready:
                self._lines.fill()

    def next_text(self, idle=_nothing_to_do):
        """As next_line, as text: bytes that are not UTF-8 become lone surrogates, as in file names."""
        return self.next_line(idle).decode("utf-8", "surrogateescape")

    def poll_fd(self):
        """What to wait for while a hook runs, or None when nothing that comes could matter."""
        return None if self._is_file or self._lines.at_end or self._lines.full else self._lines.fd

    def stop_wanted(self, readable):
        """Why the hook that runs is to be stopped, or None. Keeps every line that is not about it."""
        if readable:
            self._lines.fill()
        line = self._lines.peek()
        while self.understands_cancel and line is not None and not line.strip():
            self._lines.take()
            line = self._lines.peek()
        if self.understands_cancel and line == b"cancel":
            self._lines.take()
            return CANCELLED
        # With lines left to read the client has only finished writing.
        return ABANDONED if self._lines.at_end and line is None and not self._is_file else None
