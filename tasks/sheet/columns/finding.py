"""How the database finds a text in what a column shows: width, case and the two kana are the same, as for a reader."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final, Protocol

from django.db.models import CharField, F, Func, Q
from django.db.models.lookups import GreaterThan, Regex

from tasks.models import Assignment, TaskLink, TaskStatus
from tasks.plan.lateness import DaysLate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.utils.functional import _StrPromise


class Finds(Protocol):
    """The condition on tasks for a text, on a day; `whole`: the text is all that stands there."""

    def __call__(self, text: str, on: date, /, *, whole: bool = False) -> Q: ...


_KATAKANA: Final = "".join(map(chr, range(ord("ァ"), ord("ヶ") + 1)))
_HIRAGANA: Final = "".join(chr(ord(each) - 0x60) for each in _KATAKANA)
_TO_HIRAGANA: Final = str.maketrans(_KATAKANA, _HIRAGANA)


_EITHER: Final = {one: f"[{one}{other}]" for one, other in zip(_HIRAGANA, _KATAKANA, strict=True)}


class Folded(Func):
    """In the database the same as `folded`, of a column, but for the kana: to translate them costs eight times all the rest (`pattern`)."""

    # Most texts have their normal form already, and to see that costs a fifth of making it.
    template = (
        "lower(CASE WHEN %(expressions)s IS NFKC NORMALIZED THEN %(expressions)s"
        " ELSE normalize(%(expressions)s, NFKC) END)"
    )
    output_field = CharField()

    def as_sql(self, *args: Any, **more: Any) -> Any:
        """Its argument stands in it three times, with its parameters."""
        sql, params = super().as_sql(*args, **more)
        return sql, [*params] * 3


def folded(text: str) -> str:
    """One spelling for all that reads alike: ＥＲＰ, erp; サーバー, ｻｰﾊﾞｰ, さーばー."""
    return unicodedata.normalize("NFKC", text).lower().translate(_TO_HIRAGANA)


def pattern(text: str, *, whole: bool) -> str:
    """A regular expression for a text in either kana."""
    found = "".join(_EITHER.get(each) or re.escape(each) for each in folded(text))
    return f"^{found}$" if whole else found


def _stands_in(paths: tuple[str, ...], text: str, *, whole: bool) -> Q:
    found = Q()
    for path in paths:
        found |= Q(Regex(Folded(F(path)), pattern(text, whole=whole)))
    return found


def text_in(*paths: str) -> Finds:
    """In columns of the task, or of what it points to."""
    return lambda text, _on, *, whole=False: _stands_in(paths, text, whole=whole)


def person_in(*paths: str) -> Finds:
    """In those of the people who are assigned, seen from the assignment."""
    return lambda text, _on, *, whole=False: Q(
        pk__in=Assignment.objects.filter(_stands_in(paths, text, whole=whole)).order_by().values("task")
    )


def linked_in(own: str, other: str) -> Finds:
    """In the number or the name of the tasks at the other ends of links."""

    def find(text: str, _on: date, *, whole: bool = False) -> Q:
        links = TaskLink.objects.filter(
            _stands_in((f"{other}__wbs_code", f"{other}__name"), text, whole=whole),
            **{f"{other}__deleted_at__isnull": True},
        )
        return Q(pk__in=links.order_by().values(own))

    return find


def label_in(field: str, labels: Mapping[Any, _StrPromise | str]) -> Finds:
    """In the word for one of a few values."""
    return lambda text, _on, *, whole=False: Q(**{f"{field}__in": _values(labels, text, whole=whole)})


def _values(labels: Mapping[Any, _StrPromise | str], text: str, *, whole: bool) -> list[Any]:
    wanted = folded(text)
    spelled = {value: folded(str(label)) for value, label in labels.items()}
    return [value for value, label in spelled.items() if (wanted == label if whole else wanted in label)]


def state_in(late: _StrPromise | str) -> Finds:
    """In the word for where a task stands: being late goes before its own state, and a summary stands where its children do."""

    def find(text: str, on: date, *, whole: bool = False) -> Q:
        values = _values(dict(TaskStatus.choices), text, whole=whole)
        done = {
            TaskStatus.NOT_STARTED: Q(progress_percentage=0),
            TaskStatus.COMPLETED: Q(progress_percentage=100),
        }
        done[TaskStatus.IN_PROGRESS] = ~Q(progress_percentage__in=(0, 100))
        own = Q(is_summary=False, status__in=values)
        for value in done.keys() & set(values):
            own |= Q(is_summary=True) & done[value]
        is_late = Q(GreaterThan(DaysLate(on), 0))
        return own & ~is_late | (is_late if _values({"late": late}, text, whole=whole) else Q(pk__in=[]))

    return find
