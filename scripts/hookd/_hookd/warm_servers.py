"""The warm servers of a daemon, by backend: which one a job gets, and when one that has more imported takes over."""

import os
import time

from .errors import HookError, not_started
from .learned import Learned
from .names import HOOK_RUNTIME_ERROR
from .patience import Patience
from .server import Died, NotStarted, Server
from .warm_server import Plan
from .warmup import ALL

# More backends than this at once is no use that a pool makes of a daemon; each costs a process.
_MAXIMUM = 8
# Seconds that importing ahead may take: one module with those that it imports, and all together.
_TIME_LIMIT = 10.0
_WHOLE_TIME_LIMIT = 120.0
# Importing ahead takes as long as some hundred imports. So the first time it is done at once, and again when this many have been
# missed: the modules that are new, times the calls since.
_WORTHWHILE = 256
# Processes that may be spoiled by what they import ahead, until the search for the ones to blame is given up.
_ATTEMPTS = 12


class Unfit(Exception):
    """No child may be forked for this job from a process that has imported this backend; `reason` says why."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class _Backend:
    """`server` serves the jobs; `following` imports modules ahead and will take over; each may be None."""

    def __init__(self, module, folder):
        self.module = module
        self.learned = Learned(module, folder)
        self.unfit = None
        self.server = None
        self.following = None
        self.patience = None
        self._new = len(self.learned)
        self._calls = _WORTHWHILE
        self._careful = False
        self._attempts = 0

    def imported(self, names):
        """A hook says that it imported these."""
        self._calls += 1
        self._new += self.learned.add(names)

    def is_due(self):
        """Whether importing ahead what is known now is worth it."""
        return (
            self.server is not None
            and self.following is None
            and self._attempts < _ATTEMPTS
            and self._new * self._calls >= _WORTHWHILE
        )

    def begin(self, server):
        self.following = server
        self.patience = Patience(_TIME_LIMIT, _WHOLE_TIME_LIMIT)

    def keep(self):
        """Saves what nothing was imported ahead for yet. If it cannot be saved, nobody is there to be told."""
        if self._new > 0:
            self.learned.save()

    def plan(self):
        return Plan(self.learned.names(), self.learned.refused, self._careful)

    def not_begun(self):
        """There was nothing to start a process with: perhaps there is when as much has been missed again."""
        self._attempts += 1
        self._calls = 0

    def failed(self, reasons, keep):
        """The process that imported ahead is of no use; `reasons` by name, empty when nobody knows which module was to blame.

        `keep` is as for Learned.refuse, and so is what is returned.
        """
        self._attempts = self._attempts + 1 if reasons or not self._careful else _ATTEMPTS
        self._careful = not reasons
        return self.learned.refuse(reasons, keep)

    def succeeded(self, server):
        """It has taken over. Returns what Learned.refuse does."""
        self._new = self._calls = self._attempts = 0
        self._careful = False
        self.learned.measured(server.preloaded)
        return self.learned.refuse(server.refused)


class WarmServers:
    """By backend module, the least recently used first. `folder` is where what is learned is kept, None for nowhere."""

    def __init__(self, signals, client, scratch_file, folder):
        self._signals = signals
        self._client = client
        self._scratch_file = scratch_file
        self._folder = folder
        self._backends = {}

    def pids(self):
        return {server.pid for server in self._all()}

    def run(self, module, job):
        """Runs the job in a child of the module's server: returns a Report.

        Raises Unfit when the job's hook needs a process of its own from the start, HookError when the server dies or no process can
        be started.
        """
        backend = self._backends.pop(module, None)
        if backend is None:
            while len(self._backends) >= _MAXIMUM:
                self._forget(next(iter(self._backends)))
            backend = _Backend(module, self._folder)
        self._backends[module] = backend
        if backend.unfit is not None:
            raise Unfit(backend.unfit)
        started = time.monotonic()
        if backend.server is not None and backend.server.has_ended():
            self._drop(backend, "server")
        if backend.server is None:
            report = self._start(backend)
            if report is not None:
                report.usage["wall"] = time.monotonic() - started
                return report
        for name in job.environ:
            if name in backend.server.variables or ALL in backend.server.variables:
                raise Unfit("its import reads %s" % name)
        for name in backend.server.absent:
            if os.path.lexists(os.path.join(job.source_tree, name)):
                raise Unfit("its import looks for %s, which is in this source tree" % name)
        try:
            report = backend.server.run(job)
        except Died as death:
            self._drop(backend, "server")
            raise HookError(HOOK_RUNTIME_ERROR, death.how) from None
        except NotStarted as failure:
            raise not_started(failure.reason) from None
        if report is None:
            self._give_up(backend, backend.server.unfit)
        if not backend.server.usable:
            self._drop(backend, "server")
        return report

    def imported(self, module, names):
        """A hook of the module says that it imported these modules."""
        if module in self._backends:
            self._backends[module].imported(names)

    def tend(self, note):
        """Does, between two calls, what is due for the calls to come, and nothing that takes long.

        Passes note(text) what a person may want to know. Returns (descriptors to wait for, the time of the next deadline or None):
        when one of them is readable or that time has come, there is something to do again.
        """
        for backend in self._backends.values():
            if backend.following is not None:
                self._look_after(backend, note)
        if not any(backend.following for backend in self._backends.values()):
            for backend in self._backends.values():
                if backend.is_due():
                    self._begin(backend, note)
                    break
        waiting = [backend for backend in self._backends.values() if backend.following is not None]
        return [backend.following.fd for backend in waiting], min((each.patience.deadline for each in waiting), default=None)

    def keep(self):
        """Keeps for the next daemon what was learned too late for this one."""
        for backend in self._backends.values():
            backend.keep()

    def _all(self):
        for backend in self._backends.values():
            for server in (backend.server, backend.following):
                if server is not None:
                    yield server

    def _server(self, backend, plan):
        scratch = self._scratch_file()
        # Without `finally`: the children of that server come through here as well, when they leave the frames of their parents.
        try:
            server = Server(backend.module, plan, self._signals, self._client, scratch)
        except OSError:
            os.close(scratch)
            raise
        os.close(scratch)
        return server

    def _begin(self, backend, note):
        try:
            server = self._server(backend, backend.plan())
        except OSError as error:
            note("nothing is imported ahead: no process can be started for that: %s" % error)
            backend.not_begun()
        else:
            backend.begin(server)

    def _start(self, backend):
        """Starts the backend's server and waits for it: returns None, or the Report of a call that was stopped meanwhile."""
        try:
            backend.server = self._server(backend, None)
        except OSError as error:
            raise not_started(error) from None
        try:
            report = backend.server.wait_until_warm()
            reason = backend.server.unfit
        except Died as death:
            report, reason = None, "its import ended the process: %s" % death.how
        if reason is not None:
            self._give_up(backend, reason)
        if report is not None:
            self._drop(backend, "server")
        return report

    def _give_up(self, backend, reason):
        for name in ("server", "following"):
            self._drop(backend, name)
        backend.unfit = reason
        raise Unfit(reason)

    def _look_after(self, backend, note):
        server = backend.following
        keep = True
        try:
            if not server.is_settled():
                late = backend.patience.look(server.importing)
                if late is None:
                    return
                reasons = {late.module: "importing it ahead takes longer than %g s" % late.limit}
                keep = False  # the machine may have been busy
            elif server.unfit is not None:
                reasons = {}
            else:
                reasons = server.spoiled
        except Died as death:
            reasons = {server.importing: "its import ended the process: %s" % death.how}
            keep = death.by_itself
        if reasons is None:
            self._drop(backend, "server")
            backend.server, backend.following = server, None
            refused = backend.succeeded(server)
        else:
            self._drop(backend, "following")
            reasons.pop(None, None)
            refused = backend.failed(reasons, keep)
        for name, reason in refused.items():
            note("%s is not imported ahead: %s" % (name, reason))
        problem = backend.learned.save()
        if problem is not None:
            note(problem)

    def _forget(self, module):
        backend = self._backends[module]
        for name in ("server", "following"):
            self._drop(backend, name)
        backend.keep()
        del self._backends[module]

    def _drop(self, backend, name):
        """Ends one of a backend's servers, if there is one."""
        server = getattr(backend, name)
        if server is not None:
            setattr(backend, name, None)
            server.kill(keep=self.pids())
