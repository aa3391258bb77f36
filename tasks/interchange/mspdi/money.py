"""A file for those who may not see money: what is known to hold none is written, and nothing else.

An allow-list, so that an element of a later version of Microsoft Project is left out until its list says what it is.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from tasks.interchange.mspdi import element_order
from tasks.interchange.mspdi.element_order import Ranks
from tasks.interchange.plan_file import CustomField
from tasks.interchange.xml.items import Node

#: Elements with children, by the list that says what of them may be written.
_LISTS: Final = {
    "Baseline": element_order.BASELINE,
    "ExtendedAttribute": element_order.CUSTOM_VALUE,
    "OutlineCode": element_order.CUSTOM_VALUE,
}
#: Elements with children that hold names, dates and shares.
_PLAIN: Final = frozenset({"PredecessorLink", "AvailabilityPeriods", "WBSMasks", "Values", "Masks"})
#: ``CFType`` of a custom field: date, duration, finish, flag, number, start, text. 0 is a cost.
_TYPES: Final = frozenset("1234567")
#: How such fields are called where a file does not say their type.
_NAMES: Final = ("Date", "Duration", "Finish", "Flag", "Number", "Start", "Text", "Outline Code")
#: ``Type`` of time-phased data that is work: remaining, actual, actual overtime.
_WORK: Final = frozenset("123")


class MoneyWall:
    """What of the rows of a file may be written."""

    def __init__(self, fields: Iterable[CustomField]) -> None:
        self.fields = frozenset(field.field_id for field in fields if holds_no_money(field))

    def rows(self, rows: Iterable[list[Node]], ranks: Ranks) -> Iterator[list[Node]]:
        """Of rows whose elements are in this list."""
        return (self.nodes(row, ranks) for row in rows)

    def nodes(self, nodes: Iterable[Node], ranks: Ranks) -> list[Node]:
        """Of the elements of one row."""
        return [shown for node in nodes if (shown := self._shown(node, ranks)) is not None]

    def _shown(self, node: Node, ranks: Ranks) -> Node | None:
        name, value = node
        if name == "TimephasedData" and isinstance(value, list):
            return node if _text(value, "Type") in _WORK and name in ranks else None
        if name not in ranks.without_money:
            return None
        if not isinstance(value, list) or name in _PLAIN:
            return node
        if name not in _LISTS or (ranks is not _LISTS[name] and not self._may_be_written(name, value)):
            return None
        return (name, self.nodes(value, _LISTS[name]))

    def _may_be_written(self, name: str, value: list[Node]) -> bool:
        return name == "Baseline" or _text(value, "FieldID") in self.fields


def holds_no_money(field: CustomField) -> bool:
    """Whether a custom field is known to hold something else. What is computed may be computed from money."""
    said = {item.name: item.text for item in field.extras}
    if said.get("Formula"):
        return False
    if "CFType" in said:
        return said["CFType"] in _TYPES
    return field.is_outline_code or field.name.rstrip("0123456789 ").endswith(_NAMES)


def _text(nodes: list[Node], name: str) -> str:
    return next((value for each, value in nodes if each == name and isinstance(value, str)), "")
