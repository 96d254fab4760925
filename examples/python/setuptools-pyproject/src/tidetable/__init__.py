"""Heights of the tide from harmonic constituents."""

import math
import sys
from typing import Iterable, NamedTuple

__version__ = "1.3.0"


class Constituent(NamedTuple):
    """One cosine of the tide: amplitude in metres, speed in degrees an hour, phase lag in degrees."""

    amplitude: float
    speed: float
    phase: float


def height(constituents: Iterable[Constituent], hours: float) -> float:
    """The height over mean sea level in metres, `hours` after the epoch of the phases."""
    return sum(c.amplitude * math.cos(math.radians(c.speed * hours - c.phase)) for c in constituents)


def main() -> None:
    """Print the principal lunar tide of amplitude 1 m for each of the hours given."""
    moon = Constituent(1.0, 28.984, 0.0)
    for hours in map(float, sys.argv[1:]):
        print("%6.1f h %+.2f m" % (hours, height([moon], hours)))
