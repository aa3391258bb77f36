"""How deep rows stand."""

from __future__ import annotations

import pytest

from tasks.pasting.clipboard.levels import (
    by_indents,
    indent_of,
    of_code,
    of_figure,
    stairs_of,
    stand_like_stairs,
)
from tasks.pasting.clipboard.values import day_of_serial, format_of


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("設計", (0, "設計")),
        ("  設計 ", (2, "設計")),
        ("\u3000 設計", (3, "設計")),
        ("\t\u00a0設計", (5, "設計")),
    ],
)
def test_measures_what_stands_before_a_name(name: str, found: tuple[int, str]) -> None:
    assert indent_of(name) == found


def test_steps_of_any_width_are_one_level() -> None:
    assert by_indents([0, 2, 6, 2, 0, 1, 3, 2]) == [1, 2, 3, 2, 1, 2, 3, 3]
    assert by_indents([4, 6, 2, 4, 0]) == [3, 4, 2, 3, 1]
    assert by_indents([]) == []


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("1", 1),
        ("1.2.3", 3),
        ("1.0", 1),
        ("１．２", 2),
        ("2-1-4", 3),
        ("1.2.", 2),
        ("A-1", None),
        ("", None),
        ("1.10", 2),
    ],
)
def test_codes_say_levels(text: str, level: int | None) -> None:
    assert of_code(text) == level


@pytest.mark.parametrize(
    ("text", "level"), [("2", 2), ("レベル３", 3), ("L1", 1), ("0", None), ("深い", None)]
)
def test_figures_say_levels(text: str, level: int | None) -> None:
    assert of_figure(text) == level


STAIRS = [["設計", "", "x"], ["", "画面", "y"], ["", "帳票", ""], ["開発", "", ""]]


def test_finds_stairs() -> None:
    assert stand_like_stairs(STAIRS, 3) == 2
    assert stand_like_stairs([["設計", "5日"], ["開発", ""]], 2) == 0
    assert stand_like_stairs([["", "設計"], ["開発", ""]], 2) == 0
    assert [(stair.level, stair.name) for stair in stairs_of(STAIRS, [0, 1])] == [
        (1, "設計"), (2, "画面"), (2, "帳票"), (1, "開発")
    ]  # fmt: skip


def test_groups_beside_their_parts_become_rows_of_their_own() -> None:
    rows = [["設計", "画面", "一覧"], ["", "", "詳細"], ["設計", "帳票", ""], ["開発", "", ""]]
    assert [tuple(stair) for stair in stairs_of(rows, [0, 1, 2])] == [
        (1, "設計", 0, False), (2, "画面", 0, False), (3, "一覧", 0, True), (3, "詳細", 1, True),
        (2, "帳票", 2, True), (1, "開発", 3, True),
    ]  # fmt: skip


def test_formats_say_what_figures_are() -> None:
    assert [format_of(each) for each in ('yyyy"年"m"月"d"日"', "0.0%", '0"日"', "#,##0", "[$-411]ge.m.d", "h:mm")] == [
        "d", "%", "", "", "d", ""
    ]  # fmt: skip
    assert f"{day_of_serial(46113.75)}" == "2026-04-01"
    assert day_of_serial(5) is None
