"""Decides in what kind of process a job runs, and runs it there."""

import json
import os

from . import fresh_child, output_files, posix_control
from .backend import module_to_import
from .errors import not_started
from .fork_child import Forker, SecondThread
from .names import read_inside_hooks_only
from .quirks import NOT_WARM
from .supervise import watch
from .warm_servers import Unfit, WarmServers


class Isolation:
    """Runs jobs: forked from a server that has the backend imported, forked from the daemon, or in a new interpreter.

    The daemon itself imports no backend, so that a fork of it is a fresh process that need not be started. That is what a backend
    from a source tree gets, and one that cannot be imported ahead (warmup.py).
    """

    def __init__(self, script, default, signals, client, preload, learned):
        self._script = script
        self._default = default
        self._signals = signals
        self._client = client
        self._forker = Forker(signals)
        self._servers = WarmServers(signals, client, self._scratch_file, learned if preload else None)
        self._preload = preload

    def why_fresh(self, job):
        """Why the job needs a new interpreter (a text), or None when a fork will do."""
        if "fresh" in (self._default, job.isolation):
            return "asked for"
        if not hasattr(os, "fork"):
            return "this platform cannot fork"
        if posix_control.thread_count() > 1:
            return "the daemon has a second thread"
        reason = None if job.backend_path else NOT_WARM.get(module_to_import(job.backend))
        if reason is not None:
            return "%s cannot be served warm: %s" % (module_to_import(job.backend), reason)
        for name in job.environ:
            if not read_inside_hooks_only(name):
                return "%s may be read before the hook is called" % name
        return None

    def run(self, job, fresh, note):
        """Runs the job to its end: returns its Report. Passes note(text) what a person may want to know about it.

        Raises HookError when no process can be started for it, or the one that has the backend imported dies.
        """
        if fresh:
            return self._watch(*_started(fresh_child.start, job, self._script))
        if not job.backend_path:
            try:
                return self._servers.run(module_to_import(job.backend), job)
            except Unfit as unfit:
                note("the backend is imported anew for each call: " + unfit.reason)
        try:
            pid, reader = _started(self._forker.start, json.dumps(vars(job)).encode("ascii"))
        except SecondThread:
            # Started after why_fresh() has looked; the same goes for it.
            pid, reader = _started(fresh_child.start, job, self._script)
        return self._watch(pid, reader)

    def imported(self, job, names):
        """The job's hook says that it imported these modules."""
        if not job.backend_path:
            self._servers.imported(module_to_import(job.backend), names)

    def tend(self, note):
        """Between two calls: as WarmServers.tend."""
        return self._servers.tend(note) if self._preload else ((), None)

    def close(self):
        """Kills everything that runs, and keeps what was learned."""
        posix_control.kill_orphans()
        self._servers.keep()

    def _watch(self, pid, reader):
        return watch(pid, reader, self._client, self._signals, self._servers.pids)

    def _scratch_file(self):
        return output_files.create_unlinked(".scratch")


def _started(start, *arguments):
    """What start(*arguments) returns; its OSError becomes a HookError, for the next call may find what this one lacked."""
    try:
        return start(*arguments)
    except OSError as error:
        raise not_started(error) from None
