"""Values as the text of MSPDI elements; ``None`` leaves an element out."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from tasks.interchange.mspdi import codes, element_order, values
from tasks.interchange.mspdi.element_order import in_order
from tasks.interchange.plan_file import Baseline, CustomValue, Extra, Unit
from tasks.interchange.xml.items import Node


def present(pairs: "Iterable[tuple[str, str | None]]") -> list[Node]:
    return [(name, value) for name, value in pairs if value is not None]


def flag(value: bool) -> str:
    return "1" if value else "0"


def if_set(value: bool) -> str | None:
    """Most rows leave these alone, and a hundred thousand of them should fit into what is read back."""
    return "1" if value else None


def unless_zero(text: str | None) -> str | None:
    return None if text in ("0", "PT0H0M0S") else text


def moment(minute: int | None) -> str | None:
    return None if minute is None else values.format_moment(minute)


def amount(minutes: int | None) -> str | None:
    return None if minutes is None else values.format_amount(minutes)


def money(value: Decimal | None) -> str | None:
    return None if value is None else values.format_money(value)


def decimal(value: Decimal | None) -> str | None:
    return None if value is None else values.format_decimal(value)


def number(value: int | None) -> str | None:
    return None if value is None else str(value)


def unless_empty(text: str) -> str | None:
    return text or None


def _extra(item: Extra) -> Node:
    return (item.name, [_extra(child) for child in item.children] if item.children else item.text)


def extra_nodes(items: tuple[Extra, ...]) -> list[Node]:
    return [_extra(item) for item in items]


def format_code(unit: Unit, *, is_elapsed: bool, is_estimated: bool = False) -> str:
    return str(codes.FORMAT_OF[unit, is_elapsed, is_estimated])


def code_of(table: Mapping[int, str], value: str) -> str:
    return str(next(code for code, word in table.items() if word == value))


def tenths(minutes: int | None) -> str | None:
    return None if minutes is None else str(minutes * 10)


def value_node(item: CustomValue) -> Node:
    named = present(
        (
            ("FieldID", item.field_id),
            ("Value", unless_empty(item.value)),
            ("ValueID", unless_empty(item.value_id)),
        )
    )
    nodes = in_order(named + extra_nodes(item.extras), element_order.CUSTOM_VALUE)
    return ("OutlineCode" if item.is_outline_code else "ExtendedAttribute", nodes)


def baseline_node(item: Baseline) -> Node:
    # What a resource and an assignment once had is no duration.
    has_unit = item.duration_minutes is not None or item.duration_unit != "days" or item.is_elapsed
    unit = format_code(item.duration_unit, is_elapsed=item.is_elapsed, is_estimated=item.is_estimated)
    named = present(
        (
            ("Number", str(item.number)),
            ("Start", moment(item.start_minute)),
            ("Finish", moment(item.finish_minute)),
            ("Duration", amount(item.duration_minutes)),
            ("DurationFormat", unit if has_unit or item.is_estimated else None),
            ("EstimatedDuration", if_set(item.is_estimated)),
            ("Work", amount(item.work_minutes)),
            ("Cost", money(item.cost)),
        )
    )
    return ("Baseline", in_order(named + extra_nodes(item.extras), element_order.BASELINE))
