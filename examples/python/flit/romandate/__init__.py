"""Dates in Roman numerals"""

import datetime

__version__ = "2.0.1"

_NUMERALS = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


def numeral(number: int) -> str:
    """The Roman numeral of a number from 1 to 3999; ValueError for any other."""
    if not 1 <= number <= 3999:
        raise ValueError("no Roman numeral for %d" % number)
    letters = []
    for value, letter in _NUMERALS:
        count, number = divmod(number, value)
        letters.append(letter * count)
    return "".join(letters)


def inscription(date: datetime.date) -> str:
    """The date as day, month and year, parted by interpuncts."""
    return "·".join(numeral(part) for part in (date.day, date.month, date.year))


def main() -> None:
    """Print today's date."""
    print(inscription(datetime.date.today()))
