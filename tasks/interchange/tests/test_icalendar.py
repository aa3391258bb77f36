"""Calendars as other programs read them: RFC 5545, line by line."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tasks.interchange.icalendar import Event, fold, text, uri, write_calendar

CHANGED = dt.datetime(2026, 4, 6, 12, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))


def event(**fields: object) -> Event:
    known = {
        "uid": "task-5@example.jp", "first": dt.date(2026, 4, 6), "last": dt.date(2026, 4, 10), "summary": "設計",
        "changed_at": CHANGED,
    }  # fmt: skip
    return Event(**(known | fields))  # type: ignore[arg-type]  # fields of the dataclass


def read(body: bytes) -> list[tuple[str, str]]:
    """The content lines of a file, unfolded, after looking at what the RFC demands of each line."""
    assert body.endswith(b"\r\n")
    physical = body.split(b"\r\n")[:-1]
    for line in physical:
        assert 0 < len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode("utf-8")  # a folded letter would not decode
    unfolded = body[:-2].replace(b"\r\n ", b"").decode().split("\r\n")
    pairs = [line.partition(":")[::2] for line in unfolded]
    for name, _value in pairs:
        assert re.fullmatch(r"[A-Z-]+(;[A-Z]+=[A-Z]+)?", name), name
    return pairs


class TestWriteCalendar:
    def test_writes_whole_days(self):
        lines = read(write_calendar("私の予定", [event()]))
        assert lines[0] == ("BEGIN", "VCALENDAR")
        assert ("VERSION", "2.0") in lines
        assert ("DTSTART;VALUE=DATE", "20260406") in lines
        assert ("DTEND;VALUE=DATE", "20260411") in lines, "the end is the day after"
        assert ("DTSTAMP", "20260406T033000Z") in lines
        assert ("LAST-MODIFIED", "20260406T033000Z") in lines
        assert ("SUMMARY", "設計") in lines
        assert lines[-1] == ("END", "VCALENDAR")

    def test_has_what_every_event_must_have_once(self):
        body = write_calendar("", [event(uid=f"task-{number}@example.jp") for number in range(5)])
        names = [name for name, _value in read(body)]
        for name in ("UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY"):
            assert names.count(name) == 5
        assert names.count("BEGIN") == names.count("END") == 6

    def test_leaves_out_what_is_not_said(self):
        names = [name for name, _value in read(write_calendar("", [event()]))]
        assert not {"URL", "DESCRIPTION", "CATEGORIES"} & set(names)

    def test_gives_the_same_bytes_for_the_same_plan(self):
        assert write_calendar("a", [event()]) == write_calendar("a", [event()])

    def test_lets_no_one_write_lines_of_their_own(self):
        hostile = "設計\r\nEND:VEVENT\nATTACH:http://evil.example/\rX\x00\x0b\x1b"
        body = write_calendar(
            hostile, [event(summary=hostile, description=hostile, url=f"http://a/ {hostile}")]
        )
        names = [name for name, _value in read(body)]
        assert "ATTACH" not in names
        assert names.count("END") == 2

    @pytest.mark.parametrize("length", [0, 1, 24, 25, 26, 74, 75, 76, 500])
    def test_folds_long_names_between_letters(self, length):
        for letter in ("設", "a", "𠮷", "é"):
            lines = read(write_calendar("", [event(summary=letter * length)]))
            assert ("SUMMARY", letter * length) in lines


class TestText:
    def test_escapes_what_would_end_or_split_a_value(self):
        assert text("a;b,c\\d\ne\r\nf\rg") == "a\\;b\\,c\\\\d\\ne\\nf\\ng"

    def test_keeps_the_tabulator_and_drops_other_controls(self):
        assert text("a\tb\x00\x07\x7fc") == "a\tbc"


class TestUri:
    def test_holds_no_spaces(self):
        assert uri("http://a/ b\r\nc") == "http://a/bc"


class TestFold:
    def test_leaves_short_lines_alone(self):
        assert fold("a" * 75) == b"a" * 75 + b"\r\n"

    def test_counts_the_space_of_a_continuation(self):
        assert [len(line) for line in fold("a" * 200).split(b"\r\n")] == [75, 75, 52, 0]
