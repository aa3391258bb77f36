"""The numbers that MSPDI writes for words, and which of its elements are read, derived or taken as given."""

from tasks.interchange.plan_file import Contour, Unit
from tasks.scheduling.constraint_types import RULES, ConstraintType
from tasks.scheduling.network import LinkType, ResourceKind, TaskType


def words(text: str) -> frozenset[str]:
    """A set written as words, because a list of sixty quoted names can't be read."""
    return frozenset(text.split())


CONSTRAINTS: dict[int, ConstraintType] = {rule.project_number: rule.name for rule in RULES}
LINK_TYPES: dict[int, LinkType] = {0: "FF", 1: "FS", 2: "SF", 3: "SS"}
TASK_TYPES: dict[int, TaskType] = {0: "fixed_units", 1: "fixed_duration", 2: "fixed_work"}
RESOURCE_KINDS: dict[int, ResourceKind] = {0: "material", 1: "work", 2: "cost"}
CONTOURS: dict[int, Contour] = {
    0: "flat",
    1: "back_loaded",
    2: "front_loaded",
    3: "double_peak",
    4: "early_peak",
    5: "late_peak",
    6: "bell",
    7: "turtle",
    8: "contoured",
}
_UNITS: dict[int, tuple[Unit, bool]] = {
    3: ("minutes", False),
    4: ("minutes", True),
    5: ("hours", False),
    6: ("hours", True),
    7: ("days", False),
    8: ("days", True),
    9: ("weeks", False),
    10: ("weeks", True),
    11: ("months", False),
    12: ("months", True),
    19: ("percent", False),
    20: ("percent", True),
}
# The same once more, 32 higher, for amounts with a question mark.
FORMATS: dict[int, tuple[Unit, bool, bool]] = {
    **{code: (unit, elapsed, False) for code, (unit, elapsed) in _UNITS.items()},
    **{code + 32: (unit, elapsed, True) for code, (unit, elapsed) in _UNITS.items()},
    21: ("days", False, False),
    53: ("days", False, True),
}
FORMAT_OF: dict[tuple[Unit, bool, bool], int] = {
    value: code for code, value in FORMATS.items() if code not in (21, 53)
}

# Computed from the rest: a program that reads the file computes them again.
TASK_DERIVED = words(
    """Summary Critical EarlyStart EarlyFinish LateStart LateFinish StartVariance FinishVariance
    WorkVariance FreeSlack TotalSlack StartSlack FinishSlack ACWP BCWP BCWS CV SV VAC OutlineNumber
    WBSLevel OverAllocated ResumeValid RegularWork OvertimeCost ActualOvertimeCost
    RemainingOvertimeCost RemainingOvertimeWork RemainingCost IsNull"""
)
RESOURCE_DERIVED = words(
    """Start Finish ACWP BCWP BCWS CV SV VAC CostVariance WorkVariance OverAllocated PeakUnits
    PercentWorkComplete RegularWork OvertimeWork ActualWork RemainingWork ActualOvertimeWork
    RemainingOvertimeWork ActualCost OvertimeCost ActualOvertimeCost RemainingCost
    RemainingOvertimeCost IsNull"""
)
ASSIGNMENT_DERIVED = words(
    """ACWP BCWP BCWS CV SV VAC CostVariance WorkVariance StartVariance FinishVariance Overallocated
    RegularWork OvertimeCost ActualOvertimeCost RemainingOvertimeCost RemainingOvertimeWork
    RemainingCost Milestone Summary"""
)
PROJECT_DERIVED = words("SaveVersion CurrentDate LastSaved Revision ExtendedCreationDate")

# What an element says when it was not touched: not worth keeping.
DEFAULTS: dict[str, str] = {
    "Active": "1",
    "ActualOvertimeWork": "PT0H0M0S",
    "ActualOvertimeWorkProtected": "PT0H0M0S",
    "ActualWorkProtected": "PT0H0M0S",
    "BookingType": "0",
    "CanLevel": "1",
    "CommitmentType": "0",
    "Confirmed": "0",
    "CostRateTable": "0",
    "DisplayAsSummary": "0",
    "EarnedValueMethod": "0",
    "FixedCostAccrual": "3",
    "FixedMaterial": "0",
    "HasFixedRateUnits": "1",
    "HideBar": "0",
    "Interim": "0",
    "IsBudget": "0",
    "IsEnterprise": "0",
    "IsNull": "0",
    "IsPublished": "1",
    "IsSubprojectReadOnly": "0",
    "LevelAssignments": "1",
    "LevelingCanSplit": "1",
    "LinkedFields": "0",
    "OvertimeRateFormat": "2",
    "ResponsePending": "0",
    "Rollup": "0",
    "StandardRateFormat": "2",
    "UpdateNeeded": "0",
    "WorkGroup": "0",
}
