"""What is typed, kept and shown of a custom field, by its kind: the parsers and spellings of our own columns of that kind.

`kept` is what stands in the row of a task, as JSON; `bare` the value in the unit of the column, as filters, heads and files have it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web import formats
from tasks.models import FieldKind
from tasks.plan.agreed_costs import HUNDREDTHS
from tasks.sheet.columns.kinds import ValueKind, flag_text
from tasks.sheet.parsing import UnreadableError, plain, read_choice, read_duration, read_flag, read_yen
from tasks.sheet.text import duration_text

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from projects.models import Project
    from tasks.models import Task
    from tasks.sheet.reading import Reader

LONGEST_TEXT: Final = 1_000
_NUMBER: Final = re.compile(r"[-−]?\d{1,12}(?:\.\d{1,4})?")
_NOTHING: Final = frozenset({"", "—", "-"})
#: Choices by their keys, as they are spelled.
Choices = Mapping[str, str]


class Typing(NamedTuple):
    """How a kind is read, kept and shown."""

    kind: ValueKind
    #: What a text that is not empty means, as it is kept; `stands` is what is kept there now. Raises UnreadableError.
    read: Callable[[str, Task, Reader, Any, Choices], Any]
    bare: Callable[[Any, Project], Any]
    text: Callable[[Any, Project, Choices], str]
    hint: _StrPromise | str
    width: int = 12


def _read_text(text: str, _task: Task, _reader: Reader, _stands: Any, _choices: Choices) -> str:
    clean = text.strip()
    if len(clean) > LONGEST_TEXT:
        raise UnreadableError(f"{clean[:20]}…")
    return clean


def read_number(text: str) -> int | float:
    """12, -0.5, 1,200: twelve digits, and four behind the point. Raises UnreadableError."""
    clean = plain(text).replace(",", "").replace(" ", "")
    if not _NUMBER.fullmatch(clean):
        raise UnreadableError(text)
    number = Decimal(clean.replace("−", "-"))
    return int(number) if number == number.to_integral_value() else float(number)


def _read_day(text: str, task: Task, reader: Reader, stands: Any, _choices: Choices) -> str:
    # A day without its year is near the task.
    return reader.day(text, task, date.fromisoformat(stands) if stands else task.start_date).isoformat()


def _read_length(text: str, _task: Task, reader: Reader, _stands: Any, _choices: Choices) -> int:
    minutes, is_elapsed = read_duration(text, reader.sizes)
    if is_elapsed:
        raise UnreadableError(text)
    return minutes


def _chosen(text: str, _task: Task, _reader: Reader, _stands: Any, choices: Choices) -> str:
    return read_choice(text, [(f"\0{key}", label) for key, label in choices.items()]).removeprefix("\0")


def number_text(value: float) -> str:
    """As many places as it has, four at most."""
    places = len(f"{value:.4f}".rstrip("0").partition(".")[2])
    return formats.number(value, places)


def _length_text(minutes: int, project: Project, _choices: Choices) -> str:
    return duration_text(minutes, is_elapsed=False, minutes_per_day=project.minutes_per_day)


def _yen(hundredths: int) -> Decimal:
    return Decimal(hundredths) / HUNDREDTHS


#: By the kind of the field.
TYPED: Final[Mapping[str, Typing]] = {
    FieldKind.TEXT: Typing(
        ValueKind.TEXT, _read_text, lambda kept, _project: kept, lambda kept, _project, _choices: kept,
        gettext_lazy("1000文字以内で入力してください。"), 20,
    ),
    FieldKind.NUMBER: Typing(
        ValueKind.COUNT, lambda text, *_rest: read_number(text), lambda kept, _project: kept,
        lambda kept, _project, _choices: number_text(kept), gettext_lazy("1200 や 0.5 のように数を入力してください。"),
    ),
    FieldKind.MONEY: Typing(
        ValueKind.YEN, lambda text, *_rest: int(read_yen(text) * HUNDREDTHS), lambda kept, _project: _yen(kept),
        lambda kept, _project, _choices: formats.yen(_yen(kept)), gettext_lazy("金額は 120000 や 12万円 のように入力してください。"), 14,
    ),
    FieldKind.DATE: Typing(
        ValueKind.DAY, _read_day, lambda kept, _project: date.fromisoformat(kept),
        lambda kept, _project, _choices: formats.day_plain(date.fromisoformat(kept)),
        gettext_lazy("日付は 2026/11/24 のように入力してください。"),
    ),
    FieldKind.DURATION: Typing(
        ValueKind.DAYS, _read_length, lambda kept, project: round(kept / project.minutes_per_day, 4), _length_text,
        gettext_lazy("期間は 5日 や 3h のように入力してください。"),
    ),
    FieldKind.FLAG: Typing(
        ValueKind.TEXT, lambda text, *_rest: read_flag(text) or None, lambda kept, _project: bool(kept),
        lambda kept, _project, _choices: flag_text(bool(kept)),
        gettext_lazy("はい、いいえ のどちらかを入力してください。"), 10,
    ),
    FieldKind.CHOICE: Typing(
        ValueKind.TEXT, _chosen, lambda kept, _project: kept, lambda kept, _project, choices: choices.get(kept, ""),
        gettext_lazy("一覧にある言葉から選んで入力してください。"), 14,
    ),
}  # fmt: skip


def is_nothing(text: str) -> bool:
    """Whether a text empties a cell."""
    return plain(text) in _NOTHING


def flags_offered() -> Sequence[str]:
    """The answers to a question."""
    return [_("はい"), _("いいえ")]
