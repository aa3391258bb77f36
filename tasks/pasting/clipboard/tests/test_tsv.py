"""Texts with tabs."""

from __future__ import annotations

import random
import time

import pytest

from tasks.pasting.clipboard.table import TooLargeError, trimmed
from tasks.pasting.clipboard.tsv import read_tsv, write_tsv


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("設計\t5日\r\n開発\t\r\n", [["設計", "5日"], ["開発", ""]]),
        ('"2\r\n行"\t"""引用"""\n', [["2\n行", '"引用"']]),
        ('5" 管\t"開いたまま\t次', [['5" 管', '"開いたまま', "次"]]),
        ('"半端"な引用\tx', [['"半端"な引用', "x"]]),
        ("  字下げ\t\t\n\n\n", [["  字下げ"]]),
        ("", []),
    ],
)
def test_reads_rows(text: str, rows: list[list[str]]) -> None:
    assert read_tsv(text) == rows


def test_reads_what_it_writes() -> None:
    draw = random.Random(3)
    for _number in range(300):
        rows = [
            ["".join(draw.choices('あa"\t\n 1', k=draw.randrange(5))) for _column in range(3)]
            for _row in range(draw.randrange(1, 6))
        ]
        assert read_tsv(write_tsv(rows)) == trimmed([list(row) for row in rows])


@pytest.mark.parametrize("bomb", ['"\t' * 300_000, '"a\t' * 200_000 + "x", "\n" * 150_000])
def test_gives_up_on_a_bomb_soon(bomb: str) -> None:
    began = time.process_time()
    with pytest.raises(TooLargeError):
        read_tsv(bomb)
    assert time.process_time() - began < 2
