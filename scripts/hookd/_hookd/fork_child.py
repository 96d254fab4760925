"""Starts a hook in a fork of this process. The state of this process is what the hook finds, so it must be as fresh."""

import gc
import os
import traceback

from . import descriptors, hook, posix_control
from .errors import ChildExit
from .finish import finish, has_finalizers


class Forker:
    """Forks children for hooks; made once, when everything is imported that the children shall have imported."""

    def __init__(self, signals):
        self._signals = signals
        gc.collect()
        # Finalizers that were there before the fork are as alive in the child as the hook's own.
        self._finalize_always = not hasattr(gc, "freeze") or has_finalizers()
        if hasattr(gc, "freeze"):
            # Out of the collector's reach: a collection in a child would write to every object's header, and so copy every page.
            gc.freeze()

    def start(self, job):
        """Starts the job: returns (pid, reading end of the result pipe). In the child it does not return."""
        reader, writer = descriptors.pipe()
        pid = os.fork()
        if pid == 0:
            self._child(job, writer)
        os.close(writer)
        return pid, reader

    def _child(self, job, writer):
        try:
            posix_control.die_with_parent(True)
            os.setsid()
            self._signals.restore()
            for target, path in ((1, job.stdout), (2, job.stderr)):
                output = descriptors.open_output(path)
                descriptors.redirect(output, target)
            descriptors.close_all_but((0, 1, 2, writer))
            hook.run(job, hook.ResultPipe(writer))
            finish(self._finalize_always)
        except ChildExit:
            raise
        except BaseException:
            # Not the hook's doing: hook.run has reported what that raised. The parent must not get its own frames back.
            traceback.print_exc()
            os._exit(70)
