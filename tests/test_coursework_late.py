"""Deadlines: how late a paper is by the clock, and what that takes off."""

import os
from datetime import UTC, datetime, timedelta, timezone

import pytest
from coursework_class import hand_in, small_key, solution
from hypothesis import given
from hypothesis import strategies as st

from rgcourse.coursework import late
from rgcourse.coursework.late import Late, Policy, duration, instant, rate

DUE = instant("2026-12-01T23:59+01:00")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
STRICT = Policy(DUE, *rate("10%/day"), until=duration("3 days"), grace=duration("15 min"))


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        (-DAY, Late()), (0 * DAY, Late()), (15 * MINUTE, Late()),
        (15 * MINUTE + timedelta(seconds=1), Late(1, 0.1)), (DAY, Late(1, 0.1)),
        (DAY + timedelta(microseconds=1), Late(2, 0.2)), (3 * DAY, Late(3, 0.3)),
        (3 * DAY + timedelta(seconds=1), Late(4, 1.0)), (300 * DAY, Late(300, 1.0)),
    ],
)  # fmt: skip
def test_just_within_and_just_beyond_every_limit(over, expected):
    assert STRICT.late(DUE + over) == expected


def test_an_extension_moves_the_deadline_of_its_student():
    assert STRICT.late(DUE + 5 * DAY, DUE + 5 * DAY) == Late()
    assert STRICT.late(DUE + 6 * DAY, DUE + 5 * DAY) == Late(1, 0.1)


def test_without_a_rate_late_is_said_and_costs_nothing():
    assert Policy(DUE).late(DUE + 9 * DAY) == Late(9, 0.0)
    by_hours = Policy(DUE, *rate("1%/hour"))
    assert by_hours.late(DUE + timedelta(hours=25, minutes=1)) == Late(2, 0.26)
    assert by_hours.late(DUE + 30 * DAY) == Late(30, 1.0), "never more than all of it"


@given(
    st.timedeltas(timedelta(days=-5), timedelta(days=50)),
    st.integers(-14, 14),
    st.integers(-14, 14),
)
def test_the_same_moment_is_as_late_in_every_time_zone(over, one, other):
    zones = [timezone(timedelta(hours=hours)) for hours in (one, other)]
    moments = [(DUE + over).astimezone(zone) for zone in zones]
    assert STRICT.late(moments[0]) == STRICT.late(moments[1])
    assert 0 <= STRICT.late(moments[0]).share <= 1


def test_summer_time_is_no_day_more_or_less():
    due = instant("2026-10-24T23:59+02:00")  # the clocks go back in the night
    assert Policy(due, 0.1).late(instant("2026-10-25T23:00+01:00")) == Late(2, 0.2)
    assert Policy(due, 0.1).late(instant("2026-10-25T22:59+01:00")) == Late(1, 0.1)


@pytest.mark.parametrize("text", ["2026-12-01T23:59", "2026-12-01", "2026-12-01 23:59:00"])
def test_a_time_without_a_zone_is_refused(text):
    with pytest.raises(ValueError, match="has no time zone, so nobody can say when it is"):
        instant(text)


@pytest.mark.parametrize("text", ["", "tomorrow", "1.12.2026 23:59", "\x1b[2J", "9" * 5000])
def test_what_is_no_time_is_said_and_harmless(text):
    with pytest.raises(ValueError, match="is no time; write it as") as error:
        instant(text)
    assert str(error.value).isprintable() and len(str(error.value)) < 200


def test_lengths_and_rates_as_people_write_them():
    assert duration("15 min") == duration("15min") == timedelta(minutes=15)
    assert duration("1 day") == duration("24 hours") == duration("24h") == DAY
    assert duration("1.5 days") == 1.5 * DAY and duration("0 min") == timedelta(0)
    assert rate("10%/day") == rate("10 %/day") == (0.1, DAY)
    assert rate("100%/week") == (1.0, 7 * DAY)
    for wrong in ("", "3", "-3 days", "3 months", "3 days late", "٣ days", "1e9 days"):
        with pytest.raises(ValueError, match="is no length of time"):
            duration(wrong)
    with pytest.raises(ValueError, match="is longer than any term"):
        duration("999999999999 days")
    for wrong in ("", "10", "10%", "-1%/day", "101%/day", "10%/month", "ten%/day"):
        with pytest.raises(ValueError, match="is no rate"):
            rate(wrong)


def test_times_come_from_a_table(tmp_path):
    path = tmp_path / "times.csv"
    path.write_text("student;time\nada;2026-12-01T20:00Z\nJose\u0301;2026-12-02T00:00+01:00\n")
    times = late.read_times(path, "time")
    assert times == {"ada": instant("2026-12-01T20:00Z"), "José": instant("2026-12-01T23:00Z")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,time\nada,x\n", "needs the columns `student` and `time`"), ("", "needs the columns"),
        ("student,time\nada,2026-12-01T20:00Z\nada,2026-12-01T20:00Z\n", "line 3: ada is there t"),
        ("student,time\nada,2026-12-01T20:00\nbob,soon\n", "line 2: .*zone.*line 3: 'soon' is no"),
        ("student,time\n" + "x,y\n" * 1 + "".join(f"s{n},\n" for n in range(9)), "and 5 more"),
    ],
)  # fmt: skip
def test_a_table_of_times_that_is_wrong_is_refused_whole(tmp_path, text, told):
    (tmp_path / "times.csv").write_text(text)
    with pytest.raises(ValueError, match=told):
        late.read_times(tmp_path / "times.csv", "time")


def test_times_of_files_when_asked_for(tmp_path):
    made, folder = small_key(tmp_path), tmp_path / "class"
    folder.mkdir()
    for name, student in (("ada (1)", "ada"), ("emmy", "emmy")):
        path = hand_in(folder, name, solution(made, student))
        os.utime(path, (1_800_000_000, 1_800_000_000))
    times = late.file_times(folder, ["ada", "emmy", "bob"], "small")
    moment = datetime.fromtimestamp(1_800_000_000, UTC)
    assert times == {"ada": moment, "emmy": moment}, "whose paper it is, as in the marking"
