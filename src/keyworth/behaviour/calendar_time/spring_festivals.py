"""The days of Spring Festival: the first day of the first lunar month, by China's calendar.

Facts from published almanacs; a test finds each of them again from the moon and the sun.
"""

from datetime import date

# By year, as month * 100 + day.
_DAYS = (
    *(131, 219, 207, 128, 216),  # from 1995
    *(205, 124, 212, 201, 122, 209, 129, 218, 207, 126),  # from 2000
    *(214, 203, 123, 210, 131, 219, 208, 128, 216, 205),  # from 2010
    *(125, 212, 201, 122, 210, 129, 217, 206, 126, 213),  # from 2020
    *(203, 123, 211, 131, 219, 208, 128, 215, 204, 124),  # from 2030
    *(212,),  # from 2040
)
SPRING_FESTIVAL_DAYS = {year: date(year, *divmod(number, 100)) for year, number in enumerate(_DAYS, start=1995)}
