"""Stitches and rows from a knitted swatch."""

from typing import NamedTuple

__version__ = "1.1.0"


class Gauge(NamedTuple):
    """Stitches and rows in ten centimetres."""

    stitches_per_10_cm: float
    rows_per_10_cm: float

    def stitches(self, width: float, multiple_of: int = 1) -> int:
        """Stitches for a width in centimetres, rounded to a multiple for the pattern repeat."""
        repeats = self.stitches_per_10_cm * width / 10 / multiple_of
        return max(1, round(repeats)) * multiple_of

    def rows(self, length: float) -> int:
        """Rows for a length in centimetres."""
        return max(1, round(self.rows_per_10_cm * length / 10))


FINGERING = Gauge(28, 36)
WORSTED = Gauge(18, 24)
