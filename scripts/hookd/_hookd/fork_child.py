"""Starts a hook in a fork of this process. The state of this process is what the hook finds, so it must be as fresh."""

import gc
import json
import os
import signal
import traceback

from . import descriptors, hook, posix_control
from .errors import ChildExit
from .finish import finish, has_finalizers
from .lines import write_all
from .request import Job


# Bytes that an empty pipe takes at once: a page, on Linux, for a user who has many pipes; elsewhere more.
_PIPE_CAPACITY = 4096


class SecondThread(Exception):
    """A fork would copy one thread, and the locks that the others hold."""


class Forker:
    """Forks children for hooks; made once, when everything is imported that the children shall have imported.

    `imports` is an Imports, or None when nobody wants to know what a hook imports.
    """

    def __init__(self, signals, imports=None):
        self._signals = signals
        self._imports = imports
        self._spare = None
        gc.collect()
        # Finalizers that were there before the fork are as alive in the child as the hook's own.
        self._finalize_always = not hasattr(gc, "freeze") or has_finalizers()
        if hasattr(gc, "freeze"):
            # Out of the collector's reach: a collection in a child would write to every object's header, and so copy every page.
            gc.freeze()

    def spare_pids(self):
        """The process that waits for a job, if there is one."""
        return set() if self._spare is None else {self._spare.pid}

    def close(self):
        """Ends the process that waits for a job. It would end by itself, but not if a hook has stopped it right after its start."""
        if self._spare is not None:
            self._spare.bury()
            self._spare = None

    def prepare(self):
        """Forks a child ahead, so that the next job need not wait for that: a fork takes longer than a short hook."""
        if self._spare is None and posix_control.thread_count() == 1:
            try:
                self._spare = self._fork()
            except OSError:
                # Perhaps the hook that runs has used up what there is. start() tries again, and says what is wrong.
                self._spare = None

    def start(self, job):
        """Starts a job, given as the JSON of its members (bytes): returns (pid, reading end of the result pipe).

        Raises SecondThread, or OSError when the system has no process or no descriptors left.
        """
        # A job that is too long for a pipe would have to wait until the spare reads it, and that may have been stopped.
        if self._spare is not None and len(job) <= _PIPE_CAPACITY:
            spare, self._spare = self._spare, None
            if spare.give(job):
                return spare.pid, spare.results
            # It was killed while it waited, by the system for want of memory perhaps; nobody has seen anything of the job.
            spare.bury()
        if posix_control.thread_count() > 1:
            raise SecondThread()
        child = self._fork(job)
        child.close_jobs()
        return child.pid, child.results

    def _fork(self, job=None):
        """Forks a child for the job, or one that waits for its job. In the child it does not return."""
        pid, reader, writer = descriptors.fork_with_pipes()
        if pid == 0:
            self._child(job, jobs=reader, results=writer)
        return _Spare(pid, jobs=writer, results=reader)

    def _rehearse(self):
        """Does without any effect, while there is time, what will be done between the job and the answer.

        A forked process copies a page when it first writes to it, and to use an object is to write its reference count: the first
        time takes several times as long as the second.
        """
        Job(**json.loads(json.dumps(vars(Job("/", "", [], None, [], {}, "fork")))))
        hook.rehearse(self._imports)
        has_finalizers()

    def _child(self, data, jobs, results):
        try:
            posix_control.die_with_parent(True)
            os.setsid()
            self._signals.restore()
            descriptors.close_all_but((0, 1, 2, jobs, results))
            if data is None:
                self._rehearse()
            with open(jobs, "rb") as file:
                data = data or file.read()
            if not data:
                os._exit(0)  # the parent ends
            job = Job(**json.loads(data.decode("ascii")))
            for target, path in ((1, job.stdout), (2, job.stderr)):
                output = descriptors.open_output(path)
                descriptors.redirect(output, target)
                os.close(output)
            status = hook.run(job, hook.ResultPipe(results), self._imports)
            finish(self._finalize_always, status)
        except ChildExit:
            raise
        except BaseException:
            # Not the hook's doing: hook.run has reported what that raised. The parent must not get its own frames back.
            traceback.print_exc()
            os._exit(70)


class _Spare:
    """A forked child that waits for its job."""

    def __init__(self, pid, jobs, results):
        self.pid = pid
        self.results = results
        self._jobs = jobs

    def give(self, job):
        """Hands it the job, of _PIPE_CAPACITY at most: returns whether it was there to take it."""
        # The hook before may have stopped it, as its sibling. Nothing of that hook is left to do it again.
        os.kill(self.pid, signal.SIGCONT)
        try:
            write_all(self._jobs, job)
        except BrokenPipeError:
            return False
        finally:
            self.close_jobs()
        return True

    def close_jobs(self):
        """It has its job."""
        os.close(self._jobs)

    def bury(self):
        """Ends it, or notes that it has ended."""
        posix_control.kill_group(self.pid)
        os.waitpid(self.pid, 0)
        os.close(self.results)
