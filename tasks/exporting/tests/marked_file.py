"""A plan file with an amount in every element that may hold one."""

from __future__ import annotations

import re
from typing import Final

from tasks.interchange.mspdi import element_order

#: The digits of every amount; nothing else in the file has them.
MARK: Final = "987654"
#: By the words of the schema, not by what the writer knows of it. `SpreadActualCost` is a switch.
MONEY: Final = re.compile(
    r"(?<!SpreadActual)Cost$|Cost(PerUse|Variance)$|Rate$|^Rates$|^(ACWP|BCWP|BCWS|CV|SV|VAC)$"
)
LISTS: Final = ("PROJECT", "TASK", "RESOURCE", "ASSIGNMENT", "BASELINE")


def amounts(ranks: element_order.Ranks) -> str:
    """An amount in every element of a list that may hold one."""
    names = [name for name in ranks if MONEY.search(name) and name != "Rates"]
    assert names
    return "".join(f"<{name}>{MARK}00</{name}>" for name in names)


BASELINE: Final = (
    f"<Baseline><Number>0</Number><Work>PT8H0M0S</Work>{amounts(element_order.BASELINE)}"
    f"<TimephasedData><Type>5</Type><UID>1</UID><Value>{MARK}</Value></TimephasedData></Baseline>"
)
FIELDS: Final = f"""<ExtendedAttributes>
 <ExtendedAttribute><FieldID>188743786</FieldID><FieldName>Cost1</FieldName><CFType>0</CFType><Alias>見積</Alias>
  <ValueList><Value><ID>1</ID><Value>{MARK}</Value></Value></ValueList></ExtendedAttribute>
 <ExtendedAttribute><FieldID>188743787</FieldID><FieldName>コスト2</FieldName></ExtendedAttribute>
 <ExtendedAttribute><FieldID>188743767</FieldID><FieldName>Number1</FieldName><CFType>5</CFType>
  <Formula>[Cost]*2</Formula></ExtendedAttribute>
 <ExtendedAttribute><FieldID>188743731</FieldID><FieldName>Text1</FieldName><CFType>7</CFType></ExtendedAttribute>
</ExtendedAttributes>"""
VALUES: Final = "".join(
    f"<ExtendedAttribute><FieldID>{field}</FieldID><Value>{MARK}.00</Value></ExtendedAttribute>"
    for field in ("188743786", "188743787", "188743767", "188743999")
)
TEXT: Final = "<ExtendedAttribute><FieldID>188743731</FieldID><Value>第2課</Value></ExtendedAttribute>"
TASK = f"{amounts(element_order.TASK)}<Future><Cost>{MARK}</Cost></Future>{VALUES}{TEXT}{BASELINE}"


def task(number: int, name: str, *, level: int = 1, more: str = "") -> str:
    """One row with all its amounts; 0 is the project itself."""
    place = 0 if number == 0 else level
    return f"<Task><UID>{number}</UID><ID>{number}</ID><Name>{name}</Name><OutlineLevel>{place}</OutlineLevel>{more}{TASK}</Task>"


def marked_file(*tasks: str) -> str:
    """The file, with these rows; a person works on the second."""
    return f"""<?xml version="1.0" encoding="UTF-8"?><Project xmlns="http://schemas.microsoft.com/project">
<Name>kikan</Name><StartDate>2026-04-06T08:00:00</StartDate>{amounts(element_order.PROJECT)}{FIELDS}
<Tasks>{task(0, "全体")}{"".join(tasks)}</Tasks>
<Resources><Resource><UID>1</UID><ID>1</ID><Name>木賊</Name><Type>1</Type>{amounts(element_order.RESOURCE)}{VALUES}{BASELINE}
 <Rates><Rate><RateTable>0</RateTable><StandardRate>{MARK}</StandardRate><CostPerUse>{MARK}00</CostPerUse></Rate></Rates>
</Resource></Resources>
<Assignments>
 <Assignment><UID>9</UID><TaskUID>0</TaskUID><ResourceUID>1</ResourceUID>{amounts(element_order.ASSIGNMENT)}</Assignment>
 <Assignment><UID>1</UID><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID><Units>1</Units><Work>PT16H0M0S</Work>
  {amounts(element_order.ASSIGNMENT)}{VALUES}{BASELINE}</Assignment>
</Assignments></Project>"""
