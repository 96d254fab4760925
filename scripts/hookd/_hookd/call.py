"""One call from its announcement to its answer."""

from . import output_files
from .errors import ClientGone, FatalError, HookError, Terminated
from .outcome import interpret
from .supervise import ABANDONED


class Calls:
    """Runs jobs one at a time and sends what comes of them, all but READY."""

    def __init__(self, sender, isolation):
        self._sender = sender
        self._isolation = isolation
        self._prepared = None

    def prepare(self):
        """Creates the files of the next call. Worth doing while the client thinks: on some file systems it takes a millisecond."""
        if self._prepared is None:
            self._prepared = output_files.OutputFiles()

    def close(self):
        """Drops the files of the call that did not come."""
        if self._prepared is not None:
            self._prepared.close()

    def run(self, job):
        """Announces the output files, runs the job, and collects its answer in the sender without flushing it."""
        self.prepare()
        prepared, self._prepared = self._prepared, None
        job.stdout, job.stderr = prepared.announce()
        try:
            why_fresh = self._isolation.why_fresh(job)
            if why_fresh is not None:
                self._sender.debug("in a new interpreter: " + why_fresh)
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
        warnings, error, value = interpret(report)
        for warning in warnings:
            self._sender.warning(warning)
        self._sender.usage(dict(report.usage, isolation="fork" if why_fresh is None else "fresh"))
        if error is not None:
            self._sender.error(error)
        else:
            self._sender.ok(value)
