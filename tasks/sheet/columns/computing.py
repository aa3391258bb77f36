"""What computes custom fields, given when the process begins: rows are read for it, and rows are read by their columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

#: Of the rows of a scope by the columns of the fields; of a whole plan what stands in one field.
of_rows: Callable[..., Mapping[int, Mapping[str, Any]]]
in_plan: Callable[..., Mapping[int, Any]]


def use(rows: Callable[..., Mapping[int, Mapping[str, Any]]], plan: Callable[..., Mapping[int, Any]]) -> None:
    """Compute by these from now on."""
    global of_rows, in_plan  # one for the process
    of_rows, in_plan = rows, plan
