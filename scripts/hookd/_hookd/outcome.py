"""Makes the answer of a call out of the Report of its process, believing nothing that is not checked."""

import json
import os
import signal

from . import hook
from .errors import HookError
from .names import ERROR_KINDS, HOOK_RUNTIME_ERROR
from .supervise import RESULT_LIMIT

_ERROR_TYPES = {
    "kind": str,
    "message": str,
    "exception": (str, type(None)),
    "traceback": (str, type(None)),
    "unsupported_operation": bool,
    "cancelled": bool,
}
_IMPORTS_TYPES = {"imported": list, "preloaded": int, "saved": float}
_WARNING_TYPES = {"message": str, "category": str, "filename": str, "lineno": int}


class _Spoiled(Exception):
    """The result pipe carried something that this package did not write."""


class Outcome:
    """What a call is answered with: `error` is a HookError or None, and then `value` counts.

    `imported` are the names of modules that the hook says it has imported, `preloaded` and `saved` as in the protocol's USAGE.
    """

    def __init__(self):
        self.warnings = []
        self.error = None
        self.value = None
        self.imported = []
        self.preloaded = 0
        self.saved = 0.0


def interpret(report):
    """Returns an Outcome."""
    outcome = Outcome()
    if report.stopped is not None:
        outcome.error = HookError(HOOK_RUNTIME_ERROR, "the call was cancelled", cancelled=True)
        return outcome
    if report.overflow:
        outcome.error = _failure("the hook's answer is longer than %d bytes" % RESULT_LIMIT)
        return outcome
    answer = None
    try:
        for line in report.data.splitlines():
            answer = _read(line, outcome, answer)
    except _Spoiled:
        if report.status == 0:  # otherwise a crash cut a line off, and the status says more
            outcome.error = _failure("the hook wrote to the daemon's result pipe")
            return outcome
        answer = None
    if answer is not None and "error" in answer:
        outcome.error = HookError(**answer["error"])
    elif answer is None or report.status != 0:
        when = "before" if answer is None else "after"
        outcome.error = _failure("%s %s it answered" % (how_it_ended(report.status, "the hook's process"), when))
    else:
        outcome.value = answer["result"]
    return outcome


def how_it_ended(status, what):
    """A sentence without its end about a status of wait4."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        try:
            name = signal.Signals(number).name
        except ValueError:
            name = "signal %d" % number
        return "%s was killed by %s" % (what, name)
    return "%s exited with status %d" % (what, os.WEXITSTATUS(status))


def _failure(message):
    return HookError(HOOK_RUNTIME_ERROR, message)


def _read(line, outcome, answer):
    """Reads a line of the result pipe: returns the answer, which may have come earlier."""
    try:
        record = json.loads(line.decode("ascii"))
    except (ValueError, RecursionError):
        raise _Spoiled() from None
    if not isinstance(record, dict) or len(record) != 1:
        raise _Spoiled()
    ((kind, value),) = record.items()
    if kind == "warning":
        _check(value, _WARNING_TYPES)
        outcome.warnings.append(value)
        return answer
    if kind == "imports":
        _check(value, _IMPORTS_TYPES)
        if not all(isinstance(name, str) for name in value["imported"]):
            raise _Spoiled()
        if not (0 <= value["preloaded"] <= 1 << 30 and 0 <= value["saved"] <= 1 << 30):
            raise _Spoiled()
        vars(outcome).update(value)
        return answer
    if answer is not None:
        raise _Spoiled()
    if kind == "error":
        _check(value, _ERROR_TYPES)
        if value["kind"] not in ERROR_KINDS or value["cancelled"]:
            raise _Spoiled()
    elif kind == "result":
        try:
            hook.checked(value)
        except HookError:
            raise _Spoiled() from None
    else:
        raise _Spoiled()
    return record


def _check(value, types):
    if not isinstance(value, dict) or set(value) != set(types):
        raise _Spoiled()
    for name, expected in types.items():
        if not isinstance(value[name], expected):
            raise _Spoiled()
