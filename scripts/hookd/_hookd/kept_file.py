"""A small file that several daemons read and replace, in a directory where others may write as well."""

import os
import stat

from .lines import write_all

_SAFE = os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)  # not to wait for the other end of a pipe that somebody put there


def read(path, limit):
    """The bytes of the file; none when it is longer than the limit or no plain file. Raises OSError, and ValueError for a path."""
    fd = os.open(path, os.O_RDONLY | _SAFE)
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
            return b""
        with open(fd, "rb", closefd=False) as file:
            return file.read(limit)
    finally:
        os.close(fd)


def replace(path, data):
    """Gives the file this content, all at once; makes its directory. Raises OSError, and ValueError for a path.

    It is written under a second name first, the same each time, so that daemons that are killed leave one file at most. Who has
    that file locked owns the name.
    """
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = path + ".new"
    fd = os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | _SAFE, 0o666)
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            raise OSError("%s is no file of its own" % temporary)
        _lock(fd, temporary)
        try:
            os.ftruncate(fd, 0)
            write_all(fd, data)
            os.replace(temporary, path)
        except OSError:
            os.unlink(temporary)
            raise
    finally:
        os.close(fd)


def _lock(fd, path):
    """Locks the file for as long as it is open. Raises OSError when another process has it."""
    try:
        os.lockf(fd, os.F_TLOCK, 0)
        if os.path.samestat(os.fstat(fd), os.stat(path, follow_symlinks=False)):
            return
    except (BlockingIOError, PermissionError, FileNotFoundError):
        # Locked; or the other one was done, and has taken the name away, between open and lock.
        pass
    raise OSError("another process is writing %s" % path)
