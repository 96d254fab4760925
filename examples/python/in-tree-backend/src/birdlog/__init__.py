"""Field notes of birds as data."""

import re
import sys
from typing import NamedTuple

_NOTE = re.compile(r"\s*(?:(?P<number>\d+)\s*x\s+)?(?P<species>[^@]+?)\s*(?:@\s*(?P<place>.+?)\s*)?")


class Sighting(NamedTuple):
    """Birds of one species at one place; the place is empty where the note has none."""

    species: str
    number: int
    place: str


def parse(note: str) -> Sighting:
    """Read a note such as `2x Anas crecca @ north pond`; ValueError when it names no species."""
    match = _NOTE.fullmatch(note)
    if not match:
        raise ValueError("no species in %r" % note)
    return Sighting(match.group("species"), int(match.group("number") or 1), match.group("place") or "")


def main() -> None:
    """Print the notes of standard input as tab-separated columns."""
    for line in sys.stdin:
        if line.strip():
            print(*parse(line), sep="\t")
