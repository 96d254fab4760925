"""A process that has a backend imported and forks a child for each of its hooks.

Why not in the daemon itself: the import runs code of the environment. In a process of its own it can crash, hang, exit or spoil the
interpreter without any harm, it cannot reach the protocol's descriptors, the daemon keeps listening for cancel and end of file
meanwhile, and the daemon stays plain, so that other backends and those of a source tree can be served as well.

The daemon writes lines of JSON to a server's control pipe: a job, or `cancel`. The server answers the import with one line, and
each job with a line and as many bytes as that line says, which are those from the hook's result pipe.
"""

import json
import os

from . import descriptors, posix_control
from .errors import ChildExit, FatalError
from .fork_child import Forker
from .lines import LINE_LIMIT, LineReader, write_all
from .request import Job
from .signals import Signals
from .supervise import ABANDONED, CANCELLED, watch
from .warmup import warm


class Control:
    """The server's end of the control pipe."""

    def __init__(self, fd):
        # A job is a request line written anew; characters may have become six times as long.
        self._lines = LineReader(fd, 8 * LINE_LIMIT)

    def poll_fd(self):
        return None if self._lines.at_end else self._lines.fd

    def stop_wanted(self, readable):
        if readable:
            self._lines.fill()
        if self._lines.peek() == b"cancel":
            self._lines.take()
            return CANCELLED
        return ABANDONED if self._lines.at_end else None

    def next_job(self):
        """Waits for the next job; None when the daemon is gone."""
        while not self._lines.at_end:
            line = self._lines.take()
            if line is None:
                self._lines.fill()
            elif line != b"cancel":  # else its call is answered already
                return Job(**json.loads(line.decode("ascii")))
        return None


def serve(module, control_fd, report_fd, daemon_signals, scratch):
    """The life of a server. Does not return; raises ChildExit in its children."""
    posix_control.die_with_parent(True)  # while it imports, and so hears nothing
    os.setsid()
    daemon_signals.restore()
    descriptors.close_all_but((0, 1, 2, control_fd, report_fd, scratch))
    posix_control.adopt_orphans()
    reason = warm(module, scratch)
    os.close(scratch)
    if reason is not None:
        _report(report_fd, {"unfit": reason})
        os._exit(0)
    descriptors.open_null(1)
    descriptors.open_null(2)
    signals = Signals(ending=False)
    forker = Forker(signals)
    _report(report_fd, {"unfit": None})
    control = Control(control_fd)
    # From now on it hears of the daemon's end, and has to live a moment longer to take a hook's processes with it.
    posix_control.die_with_parent(False)
    while True:
        job = control.next_job()
        if job is None:
            os._exit(0)
        pid, reader = forker.start(job)
        report = watch(pid, reader, control, signals)
        values = vars(report)
        data = values.pop("data")
        values["length"] = len(data)
        _report(report_fd, values, data)
        signals.check()


def _report(fd, values, data=b""):
    write_all(fd, json.dumps(values).encode("ascii") + b"\n" + data)


def start(module, signals, scratch):
    """Forks a server: returns (pid, writing end of its control pipe, reading end of its reports). For the daemon."""
    control_reader, control_writer = descriptors.pipe()
    report_reader, report_writer = descriptors.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            serve(module, control_reader, report_writer, signals, scratch)
        except ChildExit:
            raise
        except BaseException as error:
            # Also an orphan that cannot be killed: the daemon sees the end of the reports, and says so to its client.
            os._exit(71 if isinstance(error, FatalError) else 70)
    os.close(control_reader)
    os.close(report_writer)
    return pid, control_writer, report_reader
