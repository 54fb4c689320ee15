"""Every way in which dates are written."""

from datetime import datetime

import pytest

from keyworth.ledger.columns import KnownWriting

ONE = datetime(2024, 3, 5)


def dates(staged, *texts, **options):
    lines = "".join(f'c{number},"{text}",1\n' for number, text in enumerate(texts))
    return [row["at"] or row["problem"] for row in staged("customer,date,amount\n" + lines, **options)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2024-03-05", ONE),
        ("2024-03-05T18:30:15", datetime(2024, 3, 5, 18, 30, 15)),
        ("2024-03-05 18:30", datetime(2024, 3, 5, 18, 30)),
        ("2024/3/5", ONE),
        ("2024/3/5 8:05", datetime(2024, 3, 5, 8, 5)),
        ("2024.3.5", ONE),
        ("20240305", ONE),
        ("202403051830", datetime(2024, 3, 5, 18, 30)),
        ("20240305183015", datetime(2024, 3, 5, 18, 30, 15)),
        ("2024年3月5日", ONE),
        ("2024年03月05日 18:30", datetime(2024, 3, 5, 18, 30)),
        ("2024年3月5日18时30分", datetime(2024, 3, 5, 18, 30)),
        ("2024年3月5日 18时30分15秒", datetime(2024, 3, 5, 18, 30, 15)),
        ("2024-03-05 下午6:30", datetime(2024, 3, 5, 18, 30)),
        ("2024/3/5 上午8:05:09", datetime(2024, 3, 5, 8, 5, 9)),
        ("２０２４－０３－０５", ONE),
        ("25.03.2024", datetime(2024, 3, 25)),
        ("25.3.24", datetime(2024, 3, 25)),
        ("25/03/2024 18:30", datetime(2024, 3, 25, 18, 30)),
        ("3/25/2024", datetime(2024, 3, 25)),
        ("3/25/2024 1:02 PM", datetime(2024, 3, 25, 13, 2)),
        ("3/25/2024 12:05:09 AM", datetime(2024, 3, 25, 0, 5, 9)),
        ("3/25/99", datetime(1999, 3, 25)),
        ("5-Mar-2024", ONE),
        ("05 March 2024", ONE),
        ("Mar 5, 2024", ONE),
        ("March 5, 2024 18:30", datetime(2024, 3, 5, 18, 30)),
        ("5-Mar-24", ONE),
        ("45356", ONE),
        ("45356.75", datetime(2024, 3, 5, 18)),
        ("1709596800", ONE),
        ("1709596800000", ONE),
    ],
)
def test_one_way(staged, text, meant):
    assert dates(staged, text) == [meant]


def test_many_ways_in_one_column(staged):
    assert dates(staged, "2024-03-05", "2024年3月5日", "20240305", "5-Mar-2024", "") == [ONE] * 4 + ["date_missing"]


@pytest.mark.parametrize(
    ("text", "zone", "meant"),
    [
        ("2024-03-05T18:30:00Z", "Asia/Shanghai", datetime(2024, 3, 6, 2, 30)),
        ("2024-03-05T18:30:00+08:00", "Asia/Shanghai", datetime(2024, 3, 5, 18, 30)),
        ("2024-03-05 18:30:00 +0800", "Europe/London", datetime(2024, 3, 5, 10, 30)),
        ("2024-03-05T18:30:00.250-05:00", "UTC", datetime(2024, 3, 5, 23, 30, 0, 250_000)),
        ("1511544070", "Asia/Shanghai", datetime(2017, 11, 25, 1, 21, 10)),
        ("2024-03-05 18:30:00", "Asia/Shanghai", datetime(2024, 3, 5, 18, 30)),
    ],
)
def test_moments_become_the_businesss_wall_clock(staged, text, zone, meant):
    assert dates(staged, text, time_zone=zone) == [meant]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2031-02-30", "date_impossible"),
        ("31.04.2024", "date_impossible"),
        ("20240231", "date_impossible"),
        ("soon", "date_unreadable"),
        ("", "date_missing"),
        ("   ", "date_missing"),
        ("9999-12-31", "date_out_of_range"),
        ("0001-01-01", "date_out_of_range"),
        ("infinity", "date_out_of_range"),
    ],
)
def test_what_is_no_date(staged, text, problem):
    rows = staged(f"customer,date,amount\na,2024-03-05,1\nb,{text},1\n")
    assert [row["problem"] for row in rows] == [None, problem]
    assert rows[1]["problem_value"] == (text if text.strip() else None)


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (("1/2/2024", "13/2/2024"), datetime(2024, 2, 1)),  # 13 is no month
        (("1/2/2024", "2/13/2024"), datetime(2024, 1, 2)),
        (("1/2/2024", "2/2/2024", "3/2/2024", "1/3/2024"), datetime(2024, 2, 1)),  # runs forward in time
        (("1/2/2024", "1/3/2024", "2/1/2024"), datetime(2024, 1, 2)),
    ],
)
def test_day_and_month_are_told_by_the_whole_column(staged, texts, first):
    assert dates(staged, *texts)[0] == first


def test_what_was_decided_is_said(opened):
    file = opened("customer,date,amount\na,1/2/2024,1\nb,2/13/2024,1\n")
    notes = [str(note) for note in file.conventions(file.mapping()).notes]
    assert notes == ["date: the month comes first, as parts beyond 12 show."]


def test_a_person_settles_day_and_month(staged):
    assert dates(staged, "1/2/2024", known=KnownWriting(day_first=False)) == [datetime(2024, 1, 2)]
    assert dates(staged, "1/2/2024", known=KnownWriting(day_first=True)) == [datetime(2024, 2, 1)]


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("18:30", 18, 30),
        ("6:30 PM", 18, 30),
        ("下午6:30", 18, 30),
        ("1830", 18, 30),
        ("183015", 18, 30),
        ("0.75", 18, 0),
        ("", 0, 0),
    ],
)
def test_a_time_in_a_column_of_its_own(staged, text, hour, minute):
    rows = staged(f"customer,date,time,amount\na,2024-03-05,{text},1\n")
    assert (rows[0]["at"].hour, rows[0]["at"].minute, rows[0]["problem"]) == (hour, minute, None)


def test_ways_of_writing_are_counted_as_a_person_counts_them(opened):
    rows = ["2024-01-05", "2024/1/6", "2024年1月7日", "20240108", "Jan 9, 2024", "Feb 10, 2024", "2024-01-11 08:30"]
    file = opened("customer,date,amount\n" + "".join(f'A,"{date}",5\n' for date in rows))
    (note,) = file.conventions(file.mapping()).notes
    assert "dates are written in 6 ways, such as 2024-01-05, 2024-01-11 08:30, 2024/1/6, 20240108;" in str(note)
