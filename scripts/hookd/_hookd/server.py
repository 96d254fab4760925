"""The daemon's side of one warm server: starts it, passes jobs on, and reads its reports."""

import json
import os
import select
import signal
import time

from . import posix_control, warm_server
from .errors import FatalError
from .lines import LINE_LIMIT, LineReader, write_all
from .outcome import how_it_ended
from .supervise import ABANDONED, CANCELLED, RESULT_LIMIT, Report

# Seconds that a server may take to kill a hook before it is killed itself.
_GRACE = 5.0

_MEMBERS = frozenset(("status", "usage", "stopped", "overflow", "length"))
_USAGE = frozenset(("wall", "user", "system", "max_rss"))
_WARM = {"variables": (list, str), "absent": (list, str), "preloaded": (dict, (int, float)), "refused": (dict, str)}
_UNREADABLE = "the process that serves the backend reported what cannot be read"


# How a process ends that crashes; one that ends by another signal was killed by somebody.
_CRASHES = ("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP")


class Died(Exception):
    """The server has ended, or sent what no server sends; `how` says how, `by_itself` whether what it imported did it for certain."""

    def __init__(self, how, by_itself=False):
        super().__init__(how)
        self.how = how
        self.by_itself = by_itself


class NotStarted(Exception):
    """The system has nothing left to start a process with; `reason` is what it says."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def _is_report(values):
    """Whether these are the members of a Report. The backend was imported where they come from, so they may be anything."""
    return (
        set(values) == _MEMBERS
        and _is_number(values["status"], int, 1 << 16)
        and isinstance(values["usage"], dict)
        and set(values["usage"]) == _USAGE
        and all(_is_number(value, (int, float), 1 << 53) for value in values["usage"].values())
        and values["stopped"] in (None, CANCELLED)
        and isinstance(values["overflow"], bool)
        and _is_number(values["length"], int, 2 * RESULT_LIMIT)
    )


def _is_number(value, types, end):
    return isinstance(value, types) and 0 <= value < end


def _ended_by_itself(status):
    """As Died.by_itself, of a status of waitpid."""
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) in [getattr(signal, name, None) for name in _CRASHES]
    return os.WEXITSTATUS(status) not in warm_server.FAILED


def _is_state(values):
    """Whether these are the members of a report that a server is warm."""
    if not isinstance(values, dict) or set(values) != set(_WARM):
        return False
    for name, (container, types) in _WARM.items():
        if not isinstance(values[name], container):
            return False
        items = values[name].values() if container is dict else values[name]
        if not all(isinstance(item, types) for item in items):
            return False
    return True


class Server:
    """Until one of its reports has said so, it is not known whether it can serve.

    `unfit` is why no hook can be forked from it, or None; `spoiled` names the modules whose import ahead was to blame for that, with
    reasons, or is None; `importing` is the module that it is importing ahead; `variables`, `absent`, `preloaded` and `refused` are what it reported.
    """

    def __init__(self, module, plan, signals, client, scratch):
        self.usable = True
        self.unfit = None
        self.spoiled = None
        self.importing = None
        self.variables = []
        self.absent = []
        self.preloaded = {}
        self.refused = {}
        self._reaped = False
        self._ahead = set() if plan is None else set(plan.names)
        self._signals = signals
        self._client = client
        self.pid, self._control, self._reports = warm_server.start(module, plan, signals, scratch)
        self._lines = LineReader(self._reports, LINE_LIMIT)

    @property
    def fd(self):
        """Readable when it has reported something."""
        return self._reports

    def wait_until_warm(self):
        """None when it can serve or never will, or the Report of a call that was stopped meanwhile. Raises Died."""
        stopped = self._wait(self._is_settled, at_once=True)
        if stopped is not None:
            self.usable = False
            return self._stopped(stopped)
        return None

    def is_settled(self):
        """Reads of what it has reported: whether it can serve now or never will. Raises Died.

        It is read once, for the caller has others to hear, and a process may go on reporting for ever.
        """
        try:
            if self._is_settled():
                return True
            if not self._has_reported():
                return False
            self._lines.fill()
            if self._is_settled():
                return True
        except FatalError:  # a line without end: of this process, not of our client
            raise Died(_UNREADABLE) from None
        if self._lines.at_end:
            raise self._death()
        return False

    def has_ended(self):
        """Whether it has ended, when it has no job; or is of no use, for it has nothing to say then."""
        if not self._reaped:  # not to be seen by its pipe while a child that it has just forked has that as well
            self._reaped = os.waitpid(self.pid, os.WNOHANG)[0] != 0
        return self._reaped or self._has_reported()

    def _has_reported(self):
        """Whether there is something to read."""
        poll = select.poll()
        poll.register(self._reports, select.POLLIN)
        return bool(poll.poll(0))

    def _is_settled(self):
        line = self._lines.take()
        while line is not None:
            values = self._parse(line)
            kind, value = next(iter(values.items())) if len(values) == 1 else (None, None)
            if kind == "importing" and isinstance(value, str) and value in self._ahead:
                self._ahead.remove(value)  # no server says it twice
                self.importing = value
            elif kind == "unfit" and isinstance(value, str):
                self.unfit = value
                return True
            elif kind == "spoiled" and isinstance(value, dict) and all(isinstance(why, str) for why in value.values()):
                self.spoiled = value
                return True
            elif kind == "warm" and _is_state(value):
                vars(self).update(value)
                return True
            else:
                raise Died(_UNREADABLE)
            line = self._lines.take()
        return False

    def run(self, job):
        """Runs the job in a child of the server: returns a Report, or None when no child can be forked any more.

        Raises Died, or NotStarted: the server is as good as before.
        """
        try:
            write_all(self._control, json.dumps(vars(job)).encode("ascii") + b"\n")
        except BrokenPipeError:
            raise self._death() from None
        stopped = self._wait(self._lines.peek, at_once=False)
        if stopped is not None:
            self.usable = False
            return self._stopped(stopped)
        values = self._parse(self._lines.take())
        if set(values) == {"unfit"} and isinstance(values["unfit"], str):
            self.usable = False
            self.unfit = values["unfit"]
            return None
        if set(values) == {"failed"} and isinstance(values["failed"], str):
            raise NotStarted(values["failed"])
        if not _is_report(values):
            raise Died(_UNREADABLE)
        length = values.pop("length")
        stopped = self._wait(lambda: self._lines.holds(length), at_once=False)
        if stopped is not None:
            self.usable = False
            return self._stopped(stopped)
        return Report(data=self._lines.take_bytes(length), **values)

    def kill(self, keep):
        """Ends the server and whatever it has started. `keep` are the other servers."""
        if not self._reaped:
            posix_control.kill_group(self.pid)
            os.waitpid(self.pid, 0)
        posix_control.kill_orphans(keep)
        os.close(self._control)
        os.close(self._reports)

    def _wait(self, condition, at_once):
        """Waits until the condition holds: returns None, or why the server had to be given up before that.

        `at_once`: to stop means to kill the server; otherwise it is asked to kill its hook, and its report is waited for.
        """
        deadline = None
        asked = None
        stop = self._client.stop_wanted(readable=False)
        while True:
            if stop is not None and asked is None:
                if at_once or stop == ABANDONED:
                    return stop
                asked = stop
                deadline = time.monotonic() + _GRACE
                try:
                    write_all(self._control, b"cancel\n")
                except BrokenPipeError:
                    return stop
            try:
                if condition():
                    return None
            except FatalError:  # a line without end: of this process, not of our client
                raise Died(_UNREADABLE) from None
            if self._lines.at_end:
                raise self._death()
            poll = select.poll()
            poll.register(self._signals.fd, select.POLLIN)
            poll.register(self._reports, select.POLLIN)
            client_fd = self._client.poll_fd() if asked is None else None
            if client_fd is not None:
                poll.register(client_fd, select.POLLIN)
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                return asked
            ready = dict(poll.poll(None if left is None else left * 1000))
            if self._signals.fd in ready:
                self._signals.check()
            if self._reports in ready:
                self._lines.fill()
            if client_fd in ready:
                stop = self._client.stop_wanted(readable=True)

    def _stopped(self, why):
        return Report(9, {"wall": 0.0, "user": 0.0, "system": 0.0, "max_rss": 0}, why, False)

    def _parse(self, line):
        try:
            values = json.loads(line.decode("ascii"))
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            raise Died(_UNREADABLE)
        return values

    def _death(self):
        # It has closed its pipe; it may still be running if it did so on purpose.
        posix_control.kill_group(self.pid)
        _, status = os.waitpid(self.pid, 0)
        self._reaped = True
        return Died(how_it_ended(status, "the process that serves the backend"), _ended_by_itself(status))
