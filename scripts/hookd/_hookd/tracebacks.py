"""Describes an exception of a hook, without the daemon's own frames and without trusting the exception."""

import os
import sys
import traceback

_OWN_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
_OWN_SCRIPT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "hookd.py")
_IMPORTLIB = ("<frozen importlib", os.path.join("importlib", "__init__.py"))
TEXT_LIMIT = 1024 * 1024

# Given back when a hook has used up the memory, so that this can be said. Zeros that nobody has written: no memory is behind them.
_reserve = [bytes(4 << 20)]


def describe(error, with_message=False):
    """(qualified class name, traceback text), and the message as a third."""
    if isinstance(error, MemoryError):
        _reserve.clear()
        # What the hook could not do without is mostly in the variables of its functions.
        traceback.clear_frames(error.__traceback__)
    try:
        text = "".join(traceback.format_exception(type(error), error, _without_own_frames(error)))
    except BaseException as failure:  # an exception can define what formatting it calls
        text = "%s\n(its traceback cannot be formatted: %s)\n" % (class_name(type(error)), class_name(type(failure)))
    described = (class_name(type(error)), _limited(text))
    return described + (message(error),) if with_message else described


def end_of_uncaught(error):
    """Does with an exception what the interpreter does with one that nothing catches: returns the status to exit with."""
    if not isinstance(error, SystemExit):
        sys.excepthook(type(error), error, _without_own_frames(error))
        return 1
    if error.code is None or isinstance(error.code, int):
        return (error.code or 0) & 0xFF
    sys.stderr.write("%s\n" % _text(error.code))
    return 1


def message(error):
    """What the exception says, never empty."""
    if isinstance(error, SystemExit):
        return "the hook raised SystemExit: %s" % _text(error.code)
    if isinstance(error, KeyboardInterrupt):
        return "the hook raised KeyboardInterrupt"
    return _limited(_text(error)) or class_name(type(error))


def class_name(cls):
    """module.QualifiedName of a class."""
    return "%s.%s" % (cls.__module__, cls.__qualname__)


def _text(value):
    try:
        return str(value)
    except BaseException as failure:
        return "%s (its text cannot be had: str() raised %s)" % (class_name(type(value)), class_name(type(failure)))


def _limited(text):
    if len(text) <= TEXT_LIMIT:
        return text
    half = TEXT_LIMIT // 2
    return "%s\n... %d characters left out ...\n%s" % (text[:half], len(text) - 2 * half, text[-half:])


def _without_own_frames(error):
    trimmed = error.__traceback__
    while trimmed is not None and _is_own(trimmed):
        trimmed = trimmed.tb_next
    return trimmed


def _is_own(frame):
    name = frame.tb_frame.f_code.co_filename
    if name.startswith(_IMPORTLIB[0]):
        return True
    return name.startswith(_OWN_FOLDER) or name == _OWN_SCRIPT or name.endswith(os.sep + _IMPORTLIB[1])
