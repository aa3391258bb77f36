"""Everything that reading a file can say has a sentence in the language of the pages."""

from __future__ import annotations

import inspect
import re
from string import Formatter
from typing import get_args

import pytest

from tasks.importing.words import NOTICES, REASONS, REFUSALS, Notes, notice_text, reason_text, refusal_text
from tasks.interchange import agreement, judge, notices, refusals

#: The reader says beside each code which parameters it comes with.
PARAMETERS = {
    code: names.split(", ")
    for code, names in re.findall(r'^    "(\w+)",  # (.+)$', inspect.getsource(notices), re.MULTILINE)
}
CLASSES = [
    kind
    for module in (refusals, judge)
    for kind in vars(module).values()
    if isinstance(kind, type)
    and issubclass(kind, refusals.PlanFileRefused)
    and kind is not refusals.PlanFileRefused
]


def names_in(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


class TestNotices:
    @pytest.mark.parametrize("code", get_args(notices.NoticeCode))
    def test_has_a_sentence_with_what_the_reader_gives(self, code):
        assert code in NOTICES
        sentence = notice_text(code, {name: f"<{name}>" for name in PARAMETERS[code]})
        # What a sheet is said to be is a sentence itself.
        assert sentence.endswith(("。", "<why>", "<what>"))

    @pytest.mark.parametrize("code", get_args(agreement.Reason))
    def test_has_words_for_a_reason(self, code):
        assert code in REASONS
        assert reason_text(code)

    @pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.code)
    def test_has_a_sentence_for_a_refusal(self, kind):
        assert kind.code in REFUSALS
        sentence = refusal_text(kind.code, {name: f"<{name}>" for name in names_in(kind.sentence)})
        assert sentence.endswith("。")

    def test_says_kinds_in_the_readers_words(self):
        text = refusal_text("duplicate_uid", {"kind": "task", "uid": 1, "first": "A", "second": "B"})
        assert text.startswith("タスクの番号")

    def test_shows_what_no_one_has_words_for(self):
        assert "brand_new" in notice_text("brand_new", {})
        assert "It broke." in refusal_text("brand_new", {}, "It broke.")


class TestNotes:
    def test_keeps_a_hundred_of_a_kind_and_counts_the_rest(self):
        notes = Notes()
        for uid in range(250):
            notes.doubt("task_unnamed", uid=uid)
        said = notes.finished()
        assert len(said) == 101
        assert "150件" in notice_text(said[-1]["code"], said[-1]["params"])
