"""When to sow: counts back from the last frost."""

import datetime
import sys

#: Weeks between sowing and the last frost; negative when the seed wants warm soil.
WEEKS_BEFORE_LAST_FROST = {"bean": -1, "leek": 10, "pepper": 9, "pumpkin": 3, "spinach": 6, "tomato": 7}


def sowing_day(crop: str, last_frost: datetime.date) -> datetime.date:
    """The day to sow the crop; KeyError for one that is not in the table."""
    return last_frost - datetime.timedelta(weeks=WEEKS_BEFORE_LAST_FROST[crop])


def main() -> None:
    """Print the plan for the last frost given as YYYY-MM-DD (dateutil reads other spellings, too)."""
    from dateutil import parser

    last_frost = parser.parse(sys.argv[1]).date()
    for day, crop in sorted((sowing_day(crop, last_frost), crop) for crop in WEEKS_BEFORE_LAST_FROST):
        print(day.isoformat(), crop)
