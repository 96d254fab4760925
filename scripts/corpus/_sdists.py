"""The list of sdists (`sdists.txt`): its lines, and the check that a file is what its line says."""

import hashlib
import re
from collections import namedtuple

from _cache import CorpusError

#: One line: `name==version sha256:HEX filename FLAG...`. `flags` is for the test; `group` is the comment above it.
Sdist = namedtuple("Sdist", "name version sha256 filename flags group")

_LINE = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[A-Za-z0-9.!+_-]+)"
    r" sha256:(?P<sha256>[0-9a-f]{64})"
    # A plain file name: the download is moved to it.
    r" (?P<filename>[A-Za-z0-9][A-Za-z0-9.!+_-]*\.(?:tar\.gz|tar\.bz2|tgz|zip))"
    r"(?P<flags>(?: compiles| needs:[a-z]+| no-metadata:[A-Za-z_-]+)*)"
)


def read(path):
    """The entries of the list, in its order; CorpusError names the first line that is none."""
    entries = []
    group = ""
    names = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if not line:
            continue
        if line.startswith("#"):
            group = line.lstrip("# ")
            continue
        match = _LINE.fullmatch(line)
        if not match:
            raise CorpusError("%s:%d: expected `name==version sha256:HEX filename`, got %r" % (path.name, number, line))
        if match.group("filename") in names:
            raise CorpusError("%s:%d: %s is listed twice" % (path.name, number, match.group("filename")))
        names.add(match.group("filename"))
        entries.append(Sdist(group=group, **match.groupdict()))
    return entries


def line(entry):
    """The entry as a line of the list."""
    return "%s==%s sha256:%s %s%s" % (entry.name, entry.version, entry.sha256, entry.filename, entry.flags)


def sha256_of(path):
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with open(str(path), "rb") as file:
        for chunk in iter(lambda: file.read(1 << 16), b""):
            digest.update(chunk)
    return digest.hexdigest()
