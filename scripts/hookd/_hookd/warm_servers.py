"""The daemon's side of the warm servers: starts them, passes jobs on, and reads their reports."""

import json
import os
import select
import time

from . import posix_control, warm_server
from .errors import FatalError, HookError
from .lines import LINE_LIMIT, LineReader, write_all
from .names import HOOK_RUNTIME_ERROR
from .outcome import how_it_ended
from .supervise import ABANDONED, CANCELLED, RESULT_LIMIT, Report

# More backends than this at once is no use that a pool makes of a daemon; each costs a process.
_MAXIMUM = 8
# Seconds that a server may take to kill a hook before it is killed itself.
_GRACE = 5.0

_MEMBERS = frozenset(("status", "usage", "stopped", "overflow", "length"))
_USAGE = frozenset(("wall", "user", "system", "max_rss"))
_UNREADABLE = "the process that serves the backend reported what cannot be read"


class Unfit(Exception):
    """No children may be forked from a process that has imported this backend; `reason` says why."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class _Died(Exception):
    """The server has ended, or sent what no server sends; `how` says how."""

    def __init__(self, how):
        super().__init__(how)
        self.how = how


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


class WarmServers:
    """By backend module, the least recently used first."""

    def __init__(self, signals, client, scratch_file):
        self._signals = signals
        self._client = client
        self._scratch_file = scratch_file
        self._servers = {}
        self._unfit = {}

    def pids(self):
        return {server.pid for server in self._servers.values()}

    def run(self, module, job):
        """Runs the job in a child of the module's server: returns a Report.

        Raises Unfit when that module's hooks need processes of their own from the start, HookError when the server dies.
        """
        if module in self._unfit:
            raise Unfit(self._unfit[module])
        started = time.monotonic()
        server = self._servers.pop(module, None)
        if server is not None and server.has_ended():
            server.kill(keep=self.pids())
            server = None
        if server is None:
            while len(self._servers) >= _MAXIMUM:
                oldest = next(iter(self._servers))
                self._servers.pop(oldest).kill(keep=self.pids())
            server = _Server(module, self._signals, self._client, self._scratch_file())
            try:
                reason = server.wait_until_warm()
            except _Died as death:
                reason = "its import ended the process: %s" % death.how
            if reason is not None:
                server.kill(keep=self.pids())
                if isinstance(reason, Report):
                    reason.usage["wall"] = time.monotonic() - started
                    return reason
                self._unfit[module] = reason
                raise Unfit(reason)
        try:
            report = server.run(job)
        except _Died as death:
            server.kill(keep=self.pids())
            raise HookError(HOOK_RUNTIME_ERROR, death.how) from None
        if server.usable:
            self._servers[module] = server
        else:
            server.kill(keep=self.pids())
        return report


class _Server:
    def __init__(self, module, signals, client, scratch):
        self.usable = True
        self._reaped = False
        self._signals = signals
        self._client = client
        self.pid, self._control, self._reports = warm_server.start(module, signals, scratch)
        os.close(scratch)
        self._lines = LineReader(self._reports, LINE_LIMIT)

    def has_ended(self):
        """Whether the server is gone although nobody asked it to."""
        poll = select.poll()
        poll.register(self._reports, select.POLLIN)  # idle, it writes nothing: readable means end of file
        return bool(poll.poll(0))

    def wait_until_warm(self):
        """None when it is, the reason when it cannot be, or the Report of a call that was stopped meanwhile."""
        stopped = self._wait(self._lines.peek, at_once=True)
        if stopped is not None:
            self.usable = False
            return self._stopped(stopped)
        values = self._parse(self._lines.take())
        if set(values) != {"unfit"} or not isinstance(values["unfit"], (str, type(None))):
            raise _Died(_UNREADABLE)
        return values["unfit"]

    def run(self, job):
        try:
            write_all(self._control, json.dumps(vars(job)).encode("ascii") + b"\n")
        except BrokenPipeError:
            raise _Died(self._how()) from None
        stopped = self._wait(self._lines.peek, at_once=False)
        if stopped is not None:
            self.usable = False
            return self._stopped(stopped)
        values = self._parse(self._lines.take())
        if not _is_report(values):
            raise _Died(_UNREADABLE)
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
                raise _Died(_UNREADABLE) from None
            if self._lines.at_end:
                raise _Died(self._how())
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
            raise _Died(_UNREADABLE)
        return values

    def _how(self):
        # It has closed its pipe; it may still be running if it did so on purpose.
        posix_control.kill_group(self.pid)
        _, status = os.waitpid(self.pid, 0)
        self._reaped = True
        return how_it_ended(status, "the process that serves the backend")
