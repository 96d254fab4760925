"""prctl(2) without the ctypes package, and signals to groups and left-over processes."""

import os
import signal
import sys
import time

from .errors import FatalError
from .names import INTERNAL_ERROR

try:
    # The C half of ctypes alone: importing it costs 0.3 ms, the package some 5 ms and 10 modules.
    import _ctypes
except ImportError:
    _ctypes = None

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PATIENCE = 10.0  # seconds for killed processes to go away


def _find_prctl():
    if _ctypes is None or not sys.platform.startswith("linux"):
        return None
    try:
        return _ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl")
    except (OSError, AttributeError):
        return None


_prctl = _find_prctl()


def adopt_orphans():
    """Makes this process the parent of its descendants' orphans: returns whether that could be done."""
    return _prctl is not None and _ctypes.call_function(_prctl, (_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)) == 0


def die_with_parent(wanted):
    """Has the kernel kill this process when its parent ends, or no more. Where it cannot, the parent's own clean-up has to do."""
    if _prctl is not None:
        _ctypes.call_function(_prctl, (_PR_SET_PDEATHSIG, int(signal.SIGKILL) if wanted else 0, 0, 0, 0))


def kill_group(pid):
    """Kills the session leader `pid`, which is not reaped yet, and its process group."""
    for kill in (os.killpg, os.kill):  # the group does not exist before the child's setsid
        try:
            kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            # Gone, or (macOS) only zombies are left in the group.
            continue


def kill_orphans(keep=()):
    """Kills and reaps every child of this process but those in `keep`, until there is none.

    With adopt_orphans() these are also the grandchildren that a hook left behind, in whatever session they are.
    """
    deadline = None
    while True:
        orphans = [pid for pid in _children() if pid not in keep]
        if not orphans:
            return
        if deadline is None:
            deadline = time.monotonic() + _PATIENCE
        elif time.monotonic() > deadline:
            raise FatalError(INTERNAL_ERROR, "processes %s of a hook cannot be killed" % orphans)
        for pid in orphans:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                continue


def _children():
    try:
        with open("/proc/self/task/%d/children" % os.getpid()) as listing:
            return [int(pid) for pid in listing.read().split()]
    except OSError:
        pass
    if not os.path.isdir("/proc/self"):
        return []
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, "rb") as stat:
                    parent = int(stat.read().rpartition(b")")[2].split()[1])
            except OSError:
                continue
            if parent == os.getpid():
                found.append(int(name))
    return found


def thread_count():
    """The number of operating system threads of this process."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        threading = sys.modules.get("threading")
        return threading.active_count() if threading is not None else 1
