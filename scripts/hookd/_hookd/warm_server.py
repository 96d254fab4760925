"""A process that has a backend imported, and perhaps modules beyond it, and forks a child for each of its hooks.

Why not in the daemon itself: the import runs code of the environment. In a process of its own it can crash, hang, exit or spoil the
interpreter without any harm, it cannot reach the protocol's descriptors, the daemon keeps listening for cancel and end of file
meanwhile, and the daemon stays plain, so that other backends and those of a source tree can be served as well.

The daemon writes lines of JSON to a server's control pipe: a job, or `cancel`. The server answers

    {"importing": NAME}             any number of times at first: a module that it is about to import ahead
    {"unfit": REASON}               no hook can be forked from it; it ends
    {"spoiled": {NAME: REASON}}     nor after these were imported ahead (none: nobody knows which); it ends
    {"warm": {...}}                 once, it is ready: the members are those of Asked, `preloaded` (seconds by name), `refused`

and then each job with a line and as many bytes as that line says, which are those from the hook's result pipe, or with
{"failed": REASON} when no process could be started for it, or with {"unfit": REASON}, after which it ends.
"""

import json
import os
import select

from . import descriptors, posix_control, preload
from .errors import ChildExit, FatalError
from .fork_child import Forker, SecondThread
from .imports import Imports
from .lines import LINE_LIMIT, LineReader, write_all
from .signals import Signals
from .supervise import ABANDONED, CANCELLED, watch
from .warmup import warm


# Statuses of a server that ends for a fault of its own: any, and a FatalError.
FAILED = (70, 71)


# Seconds.
_AT_ONCE = 0.002


class Plan:
    """What to import ahead, in this order; `refused` (reasons by name) must not be; `careful` is as for import_ahead."""

    def __init__(self, names, refused, careful):
        self.names = names
        self.refused = refused
        self.careful = careful


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

    def has_job_soon(self):
        """Whether a job comes at once. Else there is time for something else; not before, for the processor may be needed by who reads
        the last report."""
        poll = select.poll()
        poll.register(self._lines.fd, select.POLLIN)
        return self._lines.peek() is not None or bool(poll.poll(_AT_ONCE * 1000))

    def next_job(self):
        """Waits for the next job, a line; None when the daemon is gone."""
        while not self._lines.at_end:
            line = self._lines.take()
            if line is None:
                self._lines.fill()
            elif line != b"cancel":  # else its call is answered already
                return line
        return None


def serve(module, plan, control_fd, report_fd, daemon_signals, scratch):
    """The life of a server. Does not return; raises ChildExit in its children."""
    posix_control.die_with_parent(True)  # while it imports, and so hears nothing
    os.setsid()
    daemon_signals.restore()
    descriptors.close_all_but((0, 1, 2, control_fd, report_fd, scratch))
    posix_control.adopt_orphans()
    stash = _import(module, plan, report_fd, scratch)
    os.close(scratch)
    descriptors.open_null(1)
    descriptors.open_null(2)
    signals = Signals(ending=False)
    forker = Forker(signals, Imports(stash))
    control = Control(control_fd)
    # From now on it hears of the daemon's end, and has to live a moment longer to take a hook's processes with it.
    posix_control.die_with_parent(False)
    while True:
        if not control.has_job_soon():
            forker.prepare()
        job = control.next_job()
        if job is None:
            forker.close()
            os._exit(0)
        try:
            pid, reader = forker.start(job)
        except SecondThread:
            _end(report_fd, {"unfit": "the process that has it imported has a second thread"})
        except OSError as error:
            _report(report_fd, {"failed": str(error)})
            continue
        report = watch(pid, reader, control, signals, forker.spare_pids, meanwhile=forker.prepare)
        values = vars(report)
        data = values.pop("data")
        values["length"] = len(data)
        _report(report_fd, values, data)
        signals.check()


def _import(module, plan, report_fd, scratch):
    """Imports what there is to import and reports it: returns a Stash, or None where nothing was to be imported ahead."""
    reason, asked = warm(module, scratch)
    if reason is not None:
        _end(report_fd, {"unfit": reason})
    stash, refused = None, {}
    if plan is not None:
        try:
            stash, refused = preload.import_ahead(
                plan.names, plan.refused, plan.careful, lambda name: _report(report_fd, {"importing": name}), scratch
            )
        except preload.Spoiled as spoiled:
            _end(report_fd, {"spoiled": spoiled.refused})
        stash.activate()
    preloaded = {} if stash is None else stash.seconds_by_name()
    _report(report_fd, {"warm": dict(vars(asked), preloaded=preloaded, refused=refused)})
    return stash


def _report(fd, values, data=b""):
    write_all(fd, json.dumps(values).encode("ascii") + b"\n" + data)


def _end(fd, values):
    _report(fd, values)
    os._exit(0)


def start(module, plan, signals, scratch):
    """Forks a server: returns (pid, writing end of its control pipe, reading end of its reports). For the daemon.

    `plan` is a Plan, or None for a server that has nothing but the backend imported. Raises OSError.
    """
    pid, reader, writer = descriptors.fork_with_pipes()
    if pid == 0:
        try:
            serve(module, plan, reader, writer, signals, scratch)
        except ChildExit:
            raise
        except BaseException as error:
            # Also an orphan that cannot be killed: the daemon sees the end of the reports, and says so to its client.
            os._exit(FAILED[isinstance(error, FatalError)])
    return pid, writer, reader
