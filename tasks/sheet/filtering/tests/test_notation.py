"""A filter is read from an address and written to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.sheet.columns.kinds import Operator, ValueKind
from tasks.sheet.columns.registry import registry
from tasks.sheet.filtering.notation import Condition, Filter, UnreadableFilterError, Word, read_filter
from tasks.sheet.filtering.words import WORDS

pytestmark = pytest.mark.django_db

_texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
_days = st.dates().map(str) | st.sampled_from(["today", "today-7", "today+30"])
_numbers = st.integers(-999, 9999).map(str) | st.decimals(0, 99, places=1).map(str)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """Any condition over any column."""
    column = draw(st.sampled_from(list(registry)))
    operator = draw(st.sampled_from(column.operators))
    if operator in {Operator.EMPTY, Operator.FILLED}:
        return Condition(column.name, operator)
    if column.compares and column.compares.choices:
        values = st.sampled_from(list(column.compares.choices))
    elif column.kind is ValueKind.DAY:
        values = _days
    elif column.kind in {ValueKind.TEXT, ValueKind.NAME}:
        values = _texts.filter(str.strip)
    else:
        values = _numbers
    return Condition(
        column.name, operator, tuple(draw(values) for _each in range(1 + (operator is Operator.BETWEEN)))
    )


def words() -> st.SearchStrategy[Word]:
    """Any quick word."""
    plain = st.sampled_from([name for name, word in WORDS.items() if not word.has_day]).map(Word)
    return plain | _days.map(lambda day: Word("changed", day))


filters = st.lists(st.lists(words() | conditions(), min_size=1, max_size=4).map(tuple), max_size=3).map(
    lambda groups: Filter(tuple(groups))
)


class TestNotation:
    @given(filters)
    def test_is_read_as_it_was_written(self, filter_: Filter) -> None:
        assert read_filter(str(filter_)) == filter_

    @given(st.text(max_size=60))
    def test_is_read_or_refused_in_words(self, text: str) -> None:
        try:
            found = read_filter(text)
        except UnreadableFilterError as error:
            refused = str(error)
        else:
            assert read_filter(str(found)) == found
            return
        assert refused

    def test_can_be_read_in_a_link(self) -> None:
        found = read_filter('late mine or start.from.2026-04-01 name.has."負荷 試験"')
        assert found == Filter((
            (Word("late"), Word("mine")),
            (
                Condition("start", Operator.FROM, ("2026-04-01",)),
                Condition("name", Operator.HAS, ("負荷 試験",)),
            ),
        ))  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("latest", "「latest」という条件はありません。"),
            ("start.over.2026-04-01", "「開始」は「over」では比べられません。"),
            ("start.from.April", "「April」は日付ではありません。2026-11-24 か today-7 のように書いてください。"),
            ("start.from.", "「開始」の条件に値がありません。"),
            ("start.between.2026-04-01", "「開始」の条件に値がありません。"),
            ("progress.from.half", "「進捗」の「half」は数ではありません。"),
            ("status.is.lost", "「状態」に「lost」という値はありません。"),
            ("changed.yesterday", "「yesterday」は日付ではありません。2026-11-24 か today-7 のように書いてください。"),
            ('name.has."open', "フィルターの引用符「\"」が閉じていません。"),
            ("late " * 50, "条件は20個までです。"),
            ("x" * 1_001, "フィルターが長すぎます。"),
        ],
    )  # fmt: skip
    def test_says_what_is_wrong(self, text: str, said: str) -> None:
        with pytest.raises(UnreadableFilterError) as caught:
            read_filter(text)
        assert str(caught.value) == said

    def test_turns_a_quick_word_on_and_off(self) -> None:
        late = Filter().with_word(Word("late"))
        both = late.with_word(Word("mine"))
        assert (str(late), str(both)) == ("late", "late mine")
        assert str(both.with_word(Word("late"))) == "mine"
        assert str(late.with_word(Word("late"))) == ""
        assert (
            str(read_filter("late or mine").with_word(Word("critical"))) == "late critical or mine critical"
        )
