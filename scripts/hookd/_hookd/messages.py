"""Writes the daemon's messages in the two dialects, each group of messages with one system call."""

import json
import os

from .errors import ClientGone
from .lines import write_all

_to_json = json.JSONEncoder(ensure_ascii=True).encode


def _one_line(text):
    # Only line feeds are escaped (docs/protocol.md). Bytes that were no UTF-8 when they came in, as in a file name, go out as
    # they came; other lone surrogates have no bytes at all.
    text = text.replace("\n", "\\n")
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


class Messages:
    """Collects messages until flush(). The dialect is classic until `extended` is set.

    Methods that are not in both dialects say so; what a dialect does not have is left out.
    """

    def __init__(self, fd, signals, debug_fd, spelling):
        self.extended = False
        self._fd = fd
        self._signals = signals
        self._debug_fd = debug_fd
        self._spelling = spelling
        self._pending = []

    def ready(self):
        self._add(b"READY")

    def expect(self, name):
        """Classic only."""
        self._add(b"EXPECT " + self._spelling.get(name, name).encode("ascii"))

    def hello(self, payload):
        self._add(b"HELLO " + _to_json(payload).encode("ascii"))

    def debug(self, text):
        self._payload(b"DEBUG", text)

    def output_files(self, stdout, stderr):
        self._payload(b"STDOUT", stdout)
        self._payload(b"STDERR", stderr)

    def warning(self, warning):
        """Extended only."""
        if self.extended:
            self._payload(b"WARNING", warning)

    def usage(self, usage):
        """Extended only."""
        if self.extended:
            self._payload(b"USAGE", usage)

    def ok(self, value):
        self._payload(b"OK", value)

    def error(self, error):
        """`error` is a HookError."""
        if self.extended:
            self._payload(
                b"ERROR",
                {
                    "kind": error.kind,
                    "message": error.message,
                    "exception": error.exception,
                    "traceback": error.traceback,
                    "unsupported_operation": error.unsupported_operation,
                    "cancelled": error.cancelled,
                },
            )
        else:
            self._add(b"ERROR " + error.kind.encode("ascii") + b" " + _one_line(error.message))
            if error.traceback is not None:
                self._add(b"TRACEBACK " + _one_line(error.traceback))

    def fatal(self, kind, message, traceback):
        if self.extended:
            self._payload(b"FATAL", {"kind": kind, "message": message, "traceback": traceback})
        else:
            self._add(b"FATAL " + kind.encode("ascii") + b" " + _one_line(message))
            if traceback is not None:
                self._add(b"TRACEBACK " + _one_line(traceback))

    def shutdown(self):
        self._add(b"SHUTDOWN")

    def flush(self):
        """Sends what was collected. Raises ClientGone when nobody reads any more."""
        data = b"".join(self._pending)
        self._pending = []
        # The client may never read it: then a signal must be able to end the write.
        self._signals.raise_at_once(True)
        try:
            write_all(self._fd, data)
        except BrokenPipeError:
            raise ClientGone() from None
        finally:
            self._signals.raise_at_once(False)
        if self._debug_fd is not None:
            try:
                write_all(self._debug_fd, data)
            except OSError:
                # The echo is for a person; nobody is looking any more, and the conversation matters more.
                os.close(self._debug_fd)
                self._debug_fd = None

    def _payload(self, keyword, value):
        text = _to_json(value).encode("ascii") if self.extended else _one_line(str(value))
        self._add(keyword + b" " + text)

    def _add(self, line):
        self._pending.append(line + b"\n")
