"""The table of Spring Festival, found again from the moon and the sun.

The rule of the Chinese calendar: months begin on the day of a new moon in Beijing; the month of the winter solstice
is the eleventh; where thirteen months lie between two of these, the first in which the sun enters no new twelfth of
its way is a leap month. Astronomy after Meeus (1998), Astronomical Algorithms, chapters 25 and 49, largest terms.
"""

from datetime import date, timedelta
from math import floor, radians, sin

from keyworth.behaviour.calendar_time.spring_festivals import SPRING_FESTIVAL_DAYS

BEIJING = 8 / 24
DELAY = 70 / 86_400  # of the earth's turning behind the even time of astronomy


def new_moon(k: int) -> float:
    """The k-th new moon after that of January 2000, in days of Julius."""
    c = k / 1236.85
    mean = 2451550.09766 + 29.530588861 * k + 0.00015437 * c**2
    sun, moon, node = (
        radians(of) for of in (2.5534 + 29.1053567 * k, 201.5643 + 385.81693528 * k, 160.7108 + 390.67050284 * k)
    )
    return (
        mean - 0.4072 * sin(moon) + 0.17241 * sin(sun) + 0.01608 * sin(2 * moon) + 0.01039 * sin(2 * node)
        + 0.00739 * sin(moon - sun) - 0.00514 * sin(moon + sun) + 0.00208 * sin(2 * sun)
    )  # fmt: skip


def sun_stands_at(moment: float) -> float:
    """The sun's way along the sky, in degrees."""
    c = (moment - 2451545.0) / 36525
    anomaly = radians(357.52911 + 35999.05029 * c)
    centre = (1.914602 - 0.004817 * c) * sin(anomaly) + 0.019993 * sin(2 * anomaly) + 0.000289 * sin(3 * anomaly)
    return (280.46646 + 36000.76983 * c + centre - 0.00569 - 0.00478 * sin(radians(125.04 - 1934.136 * c))) % 360


def day_in_beijing(moment: float) -> int:
    return floor(moment - DELAY + BEIJING + 0.5)


def twelfth(day: int) -> int:
    """In which twelfth of its way the sun stands when a day begins in Beijing."""
    return int(sun_stands_at(day - 0.5 - BEIJING + DELAY) // 30)


def new_year(year: int) -> date:
    autumn = 2451545 + round(365.2425 * (year - 1 - 2000)) + 300
    solstice = next(day for day in range(autumn, autumn + 100) if (twelfth(day), twelfth(day + 1)) == (8, 9))
    k = round((solstice - 2451550) / 29.530588861) + 2
    months = [day_in_beijing(new_moon(k + n)) for n in range(-4, 18)]
    eleventh = max(at for at, day in enumerate(months) if day <= solstice)
    following = max(at for at, day in enumerate(months) if day <= solstice + 365)
    first = eleventh + 2
    if following - eleventh == 13:
        leap = next(at for at in range(eleventh, 22) if twelfth(months[at]) == twelfth(months[at + 1]))
        first += leap <= first
    return date(2000, 1, 1) + timedelta(days=months[first] - 2451545)


def test_the_table_is_what_the_moon_and_the_sun_say() -> None:
    assert list(SPRING_FESTIVAL_DAYS) == list(range(1995, 2041))
    assert {year: new_year(year) for year in SPRING_FESTIVAL_DAYS} == SPRING_FESTIVAL_DAYS


def test_well_known_years() -> None:
    known = {1997: (2, 7), 2008: (2, 7), 2012: (1, 23), 2020: (1, 25), 2023: (1, 22), 2024: (2, 10), 2034: (2, 19)}
    assert all(SPRING_FESTIVAL_DAYS[year] == date(year, *day) for year, day in known.items())
