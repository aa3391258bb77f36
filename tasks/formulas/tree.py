"""A formula as it was read: nodes with their places in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What values are. A duration is a number of days, work one of hours, an amount one of yen."""

    NUMBER = "number"
    TEXT = "text"
    DAY = "day"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Node:
    """A number, text, column, operator or call, with what it stands over."""

    #: "number", "text", "flag", "column", "call", "not", "sign"; or the operator of two: + − × ÷ & = < … and or.
    what: str
    #: Where it begins in the text, counted from 0.
    at: int
    #: The number, the text, the name of the column or function; of a sign -1 or 1.
    value: Any = None
    parts: tuple[Node, ...] = ()
    #: How many nodes are one below the other.
    depth: int = 1

    def walk(self) -> Iterator[Node]:
        """It and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def over(what: str, at: int, value: Any, *parts: Node) -> Node:
    """A node over others."""
    return Node(what, at, value, parts, 1 + max((part.depth for part in parts), default=0))
