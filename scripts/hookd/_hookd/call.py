"""One call from its announcement to its answer."""

from . import output_files
from .errors import ClientGone, FatalError, HookError, Terminated
from .outcome import interpret
from .supervise import ABANDONED

# What is noted between two calls, at most: a person reads it.
_NOTES = 50


class Calls:
    """Runs jobs one at a time and sends what comes of them, all but READY."""

    def __init__(self, sender, isolation):
        self._sender = sender
        self._isolation = isolation
        self._prepared = None
        self._notes = []

    def idle(self):
        """Does for the next call what can be done while the client thinks. What it returns is for Client.next_line."""
        self._prepare()
        return self._isolation.tend(self._note)

    def _prepare(self):
        # On some file systems this takes a millisecond.
        if self._prepared is None:
            self._prepared = output_files.OutputFiles()

    def _note(self, text):
        # Nothing may be sent between two calls: it goes before what is said about the next.
        if len(self._notes) < _NOTES:
            self._notes.append(text)

    def close(self):
        """Drops the files of the call that did not come."""
        if self._prepared is not None:
            self._prepared.close()

    def run(self, job):
        """Announces the output files, runs the job, and collects its answer in the sender without flushing it."""
        self._prepare()
        prepared, self._prepared = self._prepared, None
        job.stdout, job.stderr = prepared.announce()
        try:
            why_fresh = self._isolation.why_fresh(job)
            if why_fresh is not None:
                self._sender.debug("in a new interpreter: " + why_fresh)
            for text in self._notes:
                self._sender.debug(text)
            self._notes = []
            self._sender.output_files(job.stdout, job.stderr)
            self._sender.flush()
            report = self._isolation.run(job, why_fresh is not None, self._sender.debug)
            if report.stopped == ABANDONED:
                raise ClientGone()
        except HookError as error:
            self._sender.error(error)
            return
        except (ClientGone, Terminated, FatalError, OSError):
            # Nobody is there to delete them, or the call is not the client's any more.
            output_files.remove((job.stdout, job.stderr))
            raise
        outcome = interpret(report)
        if why_fresh is None:
            self._isolation.imported(job, outcome.imported)
        for warning in outcome.warnings:
            self._sender.warning(warning)
        self._sender.usage(
            dict(
                report.usage,
                isolation="fork" if why_fresh is None else "fresh",
                preloaded=outcome.preloaded,
                saved=outcome.saved,
            )
        )
        if outcome.error is not None:
            self._sender.error(outcome.error)
        else:
            self._sender.ok(outcome.value)
