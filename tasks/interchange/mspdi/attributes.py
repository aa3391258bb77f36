"""Custom fields of tasks in MSPDI: which element of the file is which field (`FieldID`), and how its values are spelled.

The numbers are those of Microsoft Project: they have grown with its versions, so the later ones of a kind stand apart from the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tasks.interchange.mspdi import values
from tasks.interchange.plan_file import CustomField, CustomValue, Extra

#: What `ElemType` calls fields of tasks.
_OF_TASKS: Final = "20"
#: `DurationFormat` of days.
_DAYS: Final = "7"


class Slots(NamedTuple):
    """The fields of one kind that a file can have."""

    ids: tuple[str, ...]
    #: What `CFType` calls the kind.
    code: str


def _ids(*stretches: tuple[int, int] | tuple[int, int, int]) -> tuple[str, ...]:
    """First and last number of each stretch, and the step between them."""
    return tuple(str(number) for first, last, *step in stretches for number in range(first, last + 1, *step))


_FIRST: Final = 188_743_000
SLOTS: Final[Mapping[str, Slots]] = {
    "Text": Slots(_ids((_FIRST + 731, _FIRST + 743, 3), (_FIRST + 746, _FIRST + 750), (_FIRST + 997, _FIRST + 1016)), "7"),
    "Number": Slots(_ids((_FIRST + 767, _FIRST + 771), (_FIRST + 982, _FIRST + 996)), "5"),
    "Flag": Slots(_ids((_FIRST + 752, _FIRST + 761), (_FIRST + 972, _FIRST + 981)), "4"),
    "Date": Slots(_ids((_FIRST + 945, _FIRST + 954)), "1"),
    "Cost": Slots(_ids((_FIRST + 786, _FIRST + 788), (_FIRST + 938, _FIRST + 944)), "0"),
    "Duration": Slots(_ids((_FIRST + 783, _FIRST + 785), (_FIRST + 955, _FIRST + 961)), "2"),
}  # fmt: skip
_KIND_OF: Final = {field_id: kind for kind, slots in SLOTS.items() for field_id in slots.ids}


def kind_of(field: CustomField) -> str | None:
    """Text, Number, Flag, Date, Cost or Duration; None for outline codes, starts and finishes, and fields of people."""
    return None if field.is_outline_code else _KIND_OF.get(field.field_id)


def title_of(field: CustomField) -> str:
    """What the planners called it, else what Microsoft Project does."""
    kind = kind_of(field)
    slot = f"{kind}{SLOTS[kind].ids.index(field.field_id) + 1}" if kind else ""
    return " ".join((field.alias or field.name or slot).split())


def free_slot(kind: str, taken: frozenset[str] | set[str]) -> str | None:
    """The first field of a kind that a file does not use; None where all are used."""
    return next((field_id for field_id in SLOTS[kind].ids if field_id not in taken), None)


def new_field(kind: str, field_id: str, alias: str) -> CustomField:
    """The definition of a field of a plan."""
    number = SLOTS[kind].ids.index(field_id) + 1
    extras = (Extra("CFType", SLOTS[kind].code), Extra("ElemType", _OF_TASKS))
    return CustomField(field_id, f"{kind}{number}", alias, extras=extras)


def read_value(kind: str, item: CustomValue) -> Any:
    """A value: a text, a number, True, a day as 2026-04-01, hundredths of an amount, minutes; None for nothing and what is unreadable."""
    text = item.value.strip()
    if not text:
        return None
    try:
        return _READERS[kind](text)
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> int | float:
    number = values.parse_decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)


def _day(text: str) -> str:
    return values.format_moment(values.parse_moment(text)).partition("T")[0]


_READERS: Final[Mapping[str, Any]] = {
    "Text": lambda text: text,
    "Number": _number,
    "Flag": lambda text: values.parse_flag(text) or None,
    "Date": _day,
    "Cost": lambda text: round(values.parse_decimal(text)),
    "Duration": values.parse_amount,
}


def new_value(kind: str, field_id: str, value: Any) -> CustomValue:
    """The other way round of `read_value`; `value` is not None."""
    match kind:
        case "Flag":
            return CustomValue(field_id, "1")
        case "Date":
            return CustomValue(field_id, f"{value}T08:00:00")
        case "Duration":
            return CustomValue(
                field_id, values.format_amount(value), extras=(Extra("DurationFormat", _DAYS),)
            )
        case "Number":
            return CustomValue(field_id, values.format_decimal(Decimal(str(value))))
    return CustomValue(field_id, str(value))
