"""What can go wrong in a call, and the two ways in which a process of ours ends."""

from .names import HOOK_RUNTIME_ERROR


class HookError(Exception):
    """A call that failed: the daemon answers ERROR and goes on. `exception` and `traceback` are None without one."""

    def __init__(self, kind, message, exception=None, traceback=None, unsupported_operation=False, cancelled=False):
        super().__init__(kind, message)
        self.kind = kind
        self.message = message
        self.exception = exception
        self.traceback = traceback
        self.unsupported_operation = unsupported_operation
        self.cancelled = cancelled


def not_started(reason):
    """What a call gets for which the system has no process, memory or descriptors left; the next may find some."""
    return HookError(HOOK_RUNTIME_ERROR, "no process can be started for the hook: %s" % reason)


class FatalError(Exception):
    """The daemon cannot go on: it sends FATAL and exits."""

    def __init__(self, kind, message):
        super().__init__(kind, message)
        self.kind = kind
        self.message = message


class ClientGone(Exception):
    """End of file on standard input, or a broken pipe on standard output."""


class Terminated(BaseException):
    """A signal asks the daemon to end. Not an Exception: nothing on the way may take it for a failure of its own."""

    def __init__(self, signum):
        super().__init__(signum)
        self.signum = signum


class ChildExit(BaseException):
    """Raised in a forked child only, to leave every frame of its parent and let the interpreter finalize itself."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status
