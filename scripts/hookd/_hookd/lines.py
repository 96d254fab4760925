"""Lines over a descriptor: the protocol's input, and the pipe between the daemon and its warm servers."""

import os

from .errors import FatalError
from .names import PROTOCOL_VIOLATION

LINE_LIMIT = 64 * 1024 * 1024
# As much as a pipe holds; and small enough for the allocator to reuse.
_CHUNK = 64 * 1024

# A reference of its own: write_all sends what a hook answered, also one that has put something else in the place of os.write.
_write = os.write


class LineReader:
    """Cuts what comes from a descriptor into lines. Never blocks but in fill(), which reads once."""

    def __init__(self, fd, limit=LINE_LIMIT):
        self.fd = fd
        self.at_end = False
        self._limit = limit
        self._buffer = bytearray()
        self._searched = 0  # no line feed before this offset: a long line is not searched again for every chunk

    @property
    def full(self):
        """Whether the buffer holds as much as it may: the rest has to wait in the pipe."""
        return len(self._buffer) > self._limit

    def fill(self):
        """Reads what there is, blocking until there is something; notes the end of file."""
        data = os.read(self.fd, _CHUNK)
        if data:
            self._buffer += data
        else:
            self.at_end = True

    def peek(self):
        """The next complete line as bytes without its ending, or None. Raises FatalError for one over the limit."""
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._buffer)
            if self._searched > self._limit:
                raise FatalError(PROTOCOL_VIOLATION, "a line is longer than %d bytes" % self._limit)
            return None
        self._searched = end  # found again at once by the next peek
        if end > self._limit:
            raise FatalError(PROTOCOL_VIOLATION, "a line is longer than %d bytes" % self._limit)
        line = bytes(self._buffer[:end])
        return line[:-1] if line.endswith(b"\r") else line

    def take(self):
        """As peek, and removes the line."""
        line = self.peek()
        if line is not None:
            del self._buffer[: self._searched + 1]
            self._searched = 0
        return line

    def holds(self, length):
        """Whether that many bytes have been read and not taken."""
        return len(self._buffer) >= length

    def take_bytes(self, length):
        """Removes and returns that many bytes."""
        data = bytes(self._buffer[:length])
        del self._buffer[:length]
        self._searched = 0
        return data


def write_all(fd, data):
    """Writes all of data; one system call where the pipe has room."""
    view = memoryview(data)
    while view:
        view = view[_write(fd, view) :]
