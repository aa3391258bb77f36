"""The types of constraints, each declared once: what it holds, and its number in files. Everybody else asks here.

What a type does to the dates is in the passes, by its name; groups that others ask for follow from what is declared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

ConstraintType = Literal["ASAP", "ALAP", "SNET", "SNLT", "FNET", "FNLT", "MSO", "MFO"]
HeldEnd = Literal["start", "finish"]
Direction = Literal["not_before", "not_after", "exactly"]


@dataclass(frozen=True, slots=True)
class ConstraintRule:
    """One type: which end of a task its date holds, and in which direction; both are None where it has no date."""

    name: ConstraintType
    project_number: int  # ``ConstraintType`` in files of Microsoft Project
    end: HeldEnd | None = None
    direction: Direction | None = None

    @property
    def needs_date(self) -> bool:
        return self.end is not None


# In this order they are the codes of columns and kernels.
RULES: Final = (
    ConstraintRule("ASAP", 0),
    ConstraintRule("ALAP", 1),
    ConstraintRule("SNET", 4, "start", "not_before"),
    ConstraintRule("SNLT", 5, "start", "not_after"),
    ConstraintRule("FNET", 6, "finish", "not_before"),
    ConstraintRule("FNLT", 7, "finish", "not_after"),
    ConstraintRule("MSO", 2, "start", "exactly"),
    ConstraintRule("MFO", 3, "finish", "exactly"),
)
CONSTRAINT_TYPES: Final = tuple(rule.name for rule in RULES)

WITHOUT_DATE: Final = tuple(rule.name for rule in RULES if not rule.needs_date)
HOLDS_START: Final = tuple(rule.name for rule in RULES if rule.end == "start")
HOLDS_FINISH: Final = tuple(rule.name for rule in RULES if rule.end == "finish")
MUST: Final = tuple(rule.name for rule in RULES if rule.direction == "exactly")
NO_LATER: Final[Mapping[str, HeldEnd]] = {
    rule.name: rule.end for rule in RULES if rule.end is not None and rule.direction == "not_after"
}
"""The end that a no-later-than date holds."""
CAPPED: Final = (*MUST, *(rule.name for rule in RULES if rule.direction == "not_after"))
"""Their date is the latest one possible: it wins over links where dates are honoured."""
