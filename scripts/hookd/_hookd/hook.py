"""Runs one hook in a process of its own, forked or fresh, and writes what comes of it to the result pipe.

The pipe carries lines of JSON: {"warning": ...} any number of times, {"result": ...} or {"error": ...} once, and behind that
{"imports": ...} (imports.py) at most once.
"""

import json
import os
import sys

from . import backend, shown_warnings
from .errors import HookError
from .lines import write_all
from .names import HOOK_RUNTIME_ERROR, HOOKS, MALFORMED_HOOK_ARGUMENT, UNSUPPORTED_HOOK
from .tracebacks import class_name, describe, end_of_uncaught

# References of its own: a hook may have put something else in their place before its answer is sent.
_to_json = json.JSONEncoder(ensure_ascii=True).encode
_getpid = os.getpid


class ResultPipe:
    """The writing end of the result pipe, in the process that was made for the hook."""

    def __init__(self, fd):
        self._fd = fd
        self._pid = _getpid()

    def is_in_copy(self):
        """Whether this is not the process made for the hook but a copy of it that the hook has forked."""
        return _getpid() != self._pid

    def send(self, record):
        # A hook may fork and let the copy return from the hook, too: only the original answers.
        if self.is_in_copy():
            return
        try:
            write_all(self._fd, _to_json(record).encode("ascii") + b"\n")
        except OSError:
            # The hook closed the descriptor, or the daemon is gone. The daemon sees a call without an answer and says so; there
            # is no other place to report to.
            return

    def warning(self, warning):
        self.send({"warning": warning})


def run(job, pipe, imports=None):
    """Runs the hook that `job` names and sends the outcome: returns the status that the process is to end with.

    That is 0, whatever the hook raises; but a copy of the process has no answer to give, and ends as any Python does.
    `imports` is an Imports, or None when nobody wants to know what the hook imports.
    """
    try:
        pipe.send({"result": _call(job, pipe)})
    except HookError as error:
        if pipe.is_in_copy():
            # What the copy raised was replaced by this error, and so is its context.
            return end_of_uncaught(error.__context__ or error)
        pipe.send({"error": vars(error)})
    if imports is not None:
        try:
            pipe.send({"imports": imports.report(job.source_tree)})
        except BaseException:
            # The hook has put things into sys.modules that cannot be looked at. The answer is sent, and this is only a hint.
            return 0
    return 0


def rehearse(imports):
    """Touches what run() will touch (fork_child.py says why), and changes nothing."""
    _to_json({"result": checked(""), "imports": None if imports is None else imports.report("/")})
    backend.module_to_import("")


def _call(job, pipe):
    shown_warnings.report_to(pipe.warning)
    try:
        os.chdir(job.source_tree)
    except OSError as error:
        raise HookError(MALFORMED_HOOK_ARGUMENT, "source_tree: %s" % error) from None
    os.environ.update(job.environ)
    sys.argv = [sys.argv[0], job.hook or "features"]
    found = backend.load(job.backend, job.backend_path)
    if job.hook is None:
        return [name for name in HOOKS if _guarded(found, hasattr, found, name)]
    try:
        hook = _guarded(found, getattr, found, job.hook)
    except AttributeError:
        raise HookError(UNSUPPORTED_HOOK, "%s does not define %s" % (job.backend, job.hook)) from None
    return checked(_guarded(found, hook, *job.arguments))


def _guarded(found, function, *arguments):
    """Calls code of the backend: whatever it raises becomes a HookError, but an AttributeError of getattr passes."""
    try:
        return function(*arguments)
    except BaseException as error:  # also SystemExit and KeyboardInterrupt: they are the hook's
        if function is getattr and isinstance(error, AttributeError):
            raise
        exception, traceback, message = describe(error, with_message=True)
        raise HookError(
            HOOK_RUNTIME_ERROR, message, exception, traceback, _is_unsupported_operation(found, error)
        ) from None


def _is_unsupported_operation(found, error):
    try:
        return isinstance(error, found.UnsupportedOperation)
    except BaseException:  # the backend has none, or one that is no class; a module's __getattr__ may raise anything
        return False


def checked(value):
    """The value of a hook as it is answered: a string, a list of strings, or None. Raises HookError for any other.

    A tuple counts as a list, as it does in JSON.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return _checked_text(value)
    if isinstance(value, (list, tuple)):
        for item in value:
            if not isinstance(item, str):
                raise HookError(
                    HOOK_RUNTIME_ERROR, "the hook returned a list that holds a %s" % class_name(type(item))
                )
        return [_checked_text(item) for item in value]
    raise HookError(
        HOOK_RUNTIME_ERROR,
        "the hook returned a %s; a string, a list of strings or None is allowed" % class_name(type(value)),
    )


def _checked_text(text):
    text = str.__str__(text)  # a plain string also when it is of a subclass
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise HookError(HOOK_RUNTIME_ERROR, "the hook returned a string that is not Unicode text: %s" % error) from None
    return text
