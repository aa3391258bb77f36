"""Reading plans from text, stretching them, and generating them."""

from random import Random

import pytest

from tasks.demo.erp import erp_plan
from tasks.demo.fitting import fitted, spans
from tasks.demo.generated import random_plan
from tasks.demo.patterns import LOGISTICS, SYSTEM
from tasks.demo.sketch import read_sketch
from tasks.plan.link_text import parse_links

UNITS = {"day": 480, "week": 2400, "month": 9600}


def test_a_row_has_level_name_days_people_and_traits():
    head, task, done = read_sketch(
        "検討\n  a: 計画書 | 2.5 | | 藍沢, 鈍色 50 | snet=3\n  ◆承認 | | a+1d | | approver=鈍色"
    )
    assert (head.level, head.name, head.days) == (1, "検討", 0)
    assert (task.level, task.days, task.people) == (2, 2.5, (("藍沢", 100), ("鈍色", 50)))
    assert task.traits == {"snet": "3"}
    assert (done.is_milestone, done.name, done.after) == (True, "承認", "2+1d")


def test_the_caret_means_the_last_task_above_not_the_heading():
    rows = read_sketch("一\n  甲 | 1\n二\n  乙 | 1 | ^")
    assert rows[3].after == "2"


@pytest.mark.parametrize("after", ["nowhere", "^", "a b"])
def test_a_link_to_no_row_is_refused(after):
    with pytest.raises(ValueError, match="names no row"):
        read_sketch(f"甲 | 1 | {after}")


@pytest.mark.parametrize("text", [SYSTEM, LOGISTICS])
@pytest.mark.parametrize("days", [60, 150])
def test_a_pattern_is_stretched_to_the_length_asked_for(text, days):
    rows = fitted(read_sketch(text), days)
    assert max(end for _, end in spans(rows)) == pytest.approx(days, rel=0.1)


def test_the_large_plan_of_the_demo_has_about_300_rows():
    rows = read_sketch(erp_plan())
    assert 280 <= len(rows) <= 350
    assert len({row.name for row in rows if row.is_milestone}) == sum(row.is_milestone for row in rows)


@pytest.mark.parametrize("count", [1, 2, 9, 100, 2_000])
def test_a_generated_plan_has_as_many_rows_as_asked_and_links_point_down(count):
    rows = random_plan(count, ["甲", "乙"], Random(1))
    assert len(rows) == count
    for number, row in enumerate(rows, 1):
        assert all(link.row < number for link in parse_links(row.after, **UNITS))


def test_a_large_generated_plan_has_thirteen_links_for_ten_tasks_and_repeats():
    rows = random_plan(2_000, ["甲", "乙"], Random(5))
    assert sum(len(parse_links(row.after, **UNITS)) for row in rows) == 2_600
    assert rows == random_plan(2_000, ["甲", "乙"], Random(5))
