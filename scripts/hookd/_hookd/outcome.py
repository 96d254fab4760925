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
_WARNING_TYPES = {"message": str, "category": str, "filename": str, "lineno": int}


class _Spoiled(Exception):
    """The result pipe carried something that this package did not write."""


def interpret(report):
    """Returns (warnings, HookError or None, value)."""
    warnings, outcome = [], None
    if report.stopped is not None:
        return warnings, HookError(HOOK_RUNTIME_ERROR, "the call was cancelled", cancelled=True), None
    if report.overflow:
        return warnings, _failure("the hook's answer is longer than %d bytes" % RESULT_LIMIT), None
    try:
        for line in report.data.splitlines():
            outcome = _read(line, warnings, outcome)
    except _Spoiled:
        if report.status == 0:  # otherwise a crash cut a line off, and the status says more
            return warnings, _failure("the hook wrote to the daemon's result pipe"), None
        outcome = None
    if outcome is not None and "error" in outcome:
        return warnings, HookError(**outcome["error"]), None
    if outcome is None or report.status != 0:
        when = "before" if outcome is None else "after"
        return warnings, _failure("%s %s it answered" % (how_it_ended(report.status, "the hook's process"), when)), None
    return warnings, None, outcome["result"]


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


def _read(line, warnings, outcome):
    try:
        record = json.loads(line.decode("ascii"))
    except (ValueError, RecursionError):
        raise _Spoiled() from None
    if not isinstance(record, dict) or len(record) != 1:
        raise _Spoiled()
    ((kind, value),) = record.items()
    if kind == "warning":
        _check(value, _WARNING_TYPES)
        warnings.append(value)
        return outcome
    if outcome is not None:
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
