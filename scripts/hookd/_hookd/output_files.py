"""The announced files: where a hook's standard output and error go."""

import os

from . import descriptors

# As the tempfile module looks for a place; that module itself is not imported because a fresh hook process has not.
_CANDIDATES = ("/tmp", "/var/tmp", "/usr/tmp")
_ENDINGS = (".stdout", ".stderr")
_CLOEXEC = getattr(os, "O_CLOEXEC", 0)


def temporary_directory():
    """An existing directory for temporary files, absolute."""
    named = [os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")]
    for path in [path for path in named if path] + list(_CANDIDATES):
        if os.path.isdir(path) and os.access(path, os.W_OK | os.X_OK):
            return os.path.abspath(path)
    return os.getcwd()


class OutputFiles:
    """The two files of one call: new, empty, and readable by this user alone.

    Making a file takes a third of a millisecond on some file systems, giving it a name very little. So they are made ahead,
    without names: nothing is left of them when the daemon is killed before it announces them.
    """

    def __init__(self):
        self._folder = temporary_directory()
        self._unnamed = _create_unnamed(self._folder)

    def announce(self):
        """Gives the files their names: returns their paths, output first."""
        try:
            while True:
                stem = os.path.join(self._folder, "hookd-" + os.urandom(8).hex())
                named = []
                try:
                    for number, ending in enumerate(_ENDINGS):
                        self._name(number, stem + ending)
                        named.append(stem + ending)
                    return named
                except FileExistsError:
                    remove(named)  # and with another name
                except BaseException:
                    remove(named)
                    raise
        finally:
            self.close()

    def close(self):
        """Drops the files that were not given a name."""
        for fd in self._unnamed:
            os.close(fd)
        self._unnamed = []

    def _name(self, number, path):
        if self._unnamed:
            try:
                _link(self._unnamed[number], path)
                return
            except FileExistsError:
                raise
            except OSError:
                # No /proc, or a file system that cannot do this: then as everywhere else.
                self.close()
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | _CLOEXEC, 0o600))


def _create_unnamed(folder):
    """Descriptors of two files without names; none where the system has no such files."""
    fds = []
    if hasattr(os, "O_TMPFILE"):
        try:
            for _ in _ENDINGS:
                fds.append(descriptors.move_high(os.open(folder, os.O_TMPFILE | os.O_WRONLY | _CLOEXEC, 0o600)))
        except OSError:
            # An old file system; the names decide then.
            for fd in fds:
                os.close(fd)
            return []
    return fds


def _link(fd, path):
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | _CLOEXEC)
    try:
        # With a descriptor of a folder Python calls linkat(), which follows the link in /proc; link() does not.
        os.link("/proc/self/fd/%d" % fd, os.path.basename(path), src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        os.close(folder)


def create_unlinked(ending):
    """Creates an empty file without a name, for reading and writing: returns its descriptor, not inheritable over exec.

    Where the system has no such files it has a name for a moment, with this ending.
    """
    fd = _open_unlinked(temporary_directory(), ending)
    try:
        return descriptors.move_high(fd)
    except OSError:
        os.close(fd)
        raise


def _open_unlinked(folder, ending):
    if hasattr(os, "O_TMPFILE"):
        try:
            # Exclusive: nobody can give it a name later.
            return os.open(folder, os.O_TMPFILE | os.O_EXCL | os.O_RDWR | _CLOEXEC, 0o600)
        except OSError:
            # An old file system; if it is something else, the next attempt says so.
            pass
    path = os.path.join(folder, "hookd-" + os.urandom(8).hex() + ending)
    fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW | _CLOEXEC, 0o600)
    os.unlink(path)
    return fd


def remove(paths):
    """Deletes what is left of the files: the client may have been faster."""
    for path in paths:
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass
