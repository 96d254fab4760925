"""File descriptors: what must not be reachable by a hook, and what a hook starts with."""

import io
import os
import sys


def move_high(fd):
    """Moves fd to the highest free number below 1024, not inheritable over exec, and returns that number.

    High, because a hook shall find the low numbers free as it would in a fresh process, and because programs that close
    "all" descriptors by habit stop at a few hundred.
    """
    try:
        limit = os.sysconf("SC_OPEN_MAX")
    except (ValueError, OSError):
        limit = 256
    if limit <= 0 or limit > 1024:
        limit = 1024
    for number in range(limit - 1, 2, -1):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(fd, number, inheritable=False)
            os.close(fd)
            return number
    raise OSError("no free file descriptor")


def pipe():
    """A pipe with both ends high and not inheritable over exec: (read end, write end)."""
    reader, writer = os.pipe()
    try:
        reader = move_high(reader)
        writer = move_high(writer)
    except OSError:
        os.close(reader)
        os.close(writer)
        raise
    return reader, writer


def fork_with_pipes():
    """Forks, with a pipe in each direction: returns (pid, reading end, writing end), the ends of the parent or the child.

    The child, whose pid is 0, still has the parent's ends as well. Raises OSError, and nothing is open then.
    """
    opened = []
    try:
        opened.extend(pipe())
        opened.extend(pipe())
        pid = os.fork()
    except OSError:
        for fd in opened:
            os.close(fd)
        raise
    childs_reader, writer, reader, childs_writer = opened
    if pid == 0:
        return pid, childs_reader, childs_writer
    os.close(childs_reader)
    os.close(childs_writer)
    return pid, reader, writer


def open_descriptors():
    """The numbers of this process's open descriptors."""
    for folder in ("/proc/self/fd", "/dev/fd"):
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        found = set()
        for name in names:
            # The descriptor that listed the folder is among the names, and closed by now.
            try:
                os.fstat(int(name))
            except OSError:
                continue
            found.add(int(name))
        return found
    found = set()
    for fd in range(1024):
        try:
            os.fstat(fd)
        except OSError:
            continue
        found.add(fd)
    return found


def close_all_but(keep):
    """Closes every descriptor that is not in keep."""
    for fd in open_descriptors():
        if fd not in keep:
            os.close(fd)


def redirect(source, target):
    """Makes the descriptor `target` (0, 1 or 2) a copy of `source` that is inherited over exec."""
    os.dup2(source, target)


def open_null(target):
    """Makes the descriptor `target` the null device."""
    null = os.open(os.devnull, os.O_RDWR)
    if null != target:
        redirect(null, target)
        os.close(null)


def open_output(path):
    """Opens an announced file for a hook. Nobody but us may have put a link there in the meantime."""
    return os.open(path, os.O_WRONLY | os.O_NOFOLLOW | getattr(os, "O_CLOEXEC", 0))


def fence():
    """Moves the protocol's descriptors away: returns (input, output, original standard error).

    Afterwards 0 and 1 are the null device, and sys.stdin, sys.stdout and sys.stderr are the objects that an interpreter
    creates when it is started with the null device and two plain files. They are created once and before any backend is
    imported, because a backend may keep one (a logging handler does), and that must be the one its hooks see.
    """
    moved = []
    for fd in (0, 1, 2):
        try:
            moved.append(move_high(os.dup(fd)))
        except OSError:  # started with this descriptor closed
            moved.append(None)
    if moved[0] is None or moved[1] is None:
        raise OSError("standard input and standard output must be open")
    for fd in (0, 1, 2):
        open_null(fd)
    try:
        sys.stdin = sys.__stdin__ = _standard_stream(0, sys.__stdin__, "<stdin>", "r", False)
        sys.stdout = sys.__stdout__ = _standard_stream(1, sys.__stdout__, "<stdout>", "w", False)
        sys.stderr = sys.__stderr__ = _standard_stream(2, sys.__stderr__, "<stderr>", "w", sys.version_info >= (3, 9))
    finally:
        if moved[2] is not None:
            redirect(moved[2], 2)
    return moved


def _standard_stream(fd, original, name, mode, line_buffering):
    # As create_stdio() in CPython's pylifecycle.c; encoding and errors come from the locale and PYTHONIOENCODING, so they are
    # taken from the stream that the interpreter made.
    unbuffered = original.write_through  # -u or PYTHONUNBUFFERED
    buffer = io.open(fd, mode + "b", 0 if unbuffered and mode == "w" else -1, closefd=False)
    raw = getattr(buffer, "raw", buffer)
    raw.name = name
    stream = io.TextIOWrapper(
        buffer,
        encoding=original.encoding,
        errors=original.errors,
        newline="\n",
        line_buffering=line_buffering and not unbuffered,
        write_through=unbuffered,
    )
    stream.mode = mode
    return stream
