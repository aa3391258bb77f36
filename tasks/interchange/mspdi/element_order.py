"""The order in which Microsoft Project's schema lists the elements; strict readers insist on it.

A ¥ stands behind those that hold money or may do so. What has none may be shown to everybody who may see the plan
(`mspdi/money.py`); what is not in these lists at all may not.
"""

from tasks.interchange.xml.items import Node


class Ranks(dict[str, int]):
    """The place of each element among its siblings."""

    def __init__(self, words: str) -> None:
        names = words.split()
        super().__init__({name.removesuffix("¥"): rank for rank, name in enumerate(names)})
        self.without_money = frozenset(name for name in names if not name.endswith("¥"))


PROJECT = Ranks(
    """SaveVersion BuildNumber UID GUID Name Title Subject Category Company Manager Author CreationDate Revision
    LastSaved ScheduleFromStart StartDate FinishDate FYStartDate CriticalSlackLimit CurrencyDigits CurrencySymbol
    CurrencyCode CurrencySymbolPosition CalendarUID DefaultStartTime DefaultFinishTime MinutesPerDay MinutesPerWeek
    DaysPerMonth DefaultTaskType DefaultFixedCostAccrual DefaultStandardRate¥ DefaultOvertimeRate¥ DurationFormat
    WorkFormat EditableActualCosts HonorConstraints EarnedValueMethod InsertedProjectsLikeSummary
    MultipleCriticalPaths NewTasksEffortDriven NewTasksEstimated SplitsInProgressTasks SpreadActualCost
    SpreadPercentComplete TaskUpdatesResource FiscalYearStart WeekStartDay MoveCompletedEndsBack
    MoveRemainingStartsBack MoveRemainingStartsForward MoveCompletedEndsForward BaselineForEarnedValue
    AutoAddNewResourcesAndTasks StatusDate CurrentDate MicrosoftProjectServerURL Autolink NewTaskStartDate
    NewTasksAreManual DefaultTaskEVMethod ProjectExternallyEdited ExtendedCreationDate ActualsInSync
    RemoveFileProperties AdminProject UpdateManuallyScheduledTasksWhenEditingLinks
    KeepTaskOnNearestWorkingTimeWhenMadeAutoScheduled BaselineCalendar"""
)
TASK = Ranks(
    """UID GUID ID Name Active Manual Type IsNull CreateDate Contact WBS WBSLevel OutlineNumber OutlineLevel Priority
    Start Finish Duration StartText FinishText DurationText ManualStart ManualFinish ManualDuration DurationFormat
    FreeformDurationFormat Work Stop Resume ResumeValid EffortDriven Recurring OverAllocated Estimated Milestone
    Summary DisplayAsSummary Critical IsSubproject IsSubprojectReadOnly SubprojectName ExternalTask
    ExternalTaskProject EarlyStart EarlyFinish LateStart LateFinish StartVariance FinishVariance WorkVariance
    FreeSlack TotalSlack StartSlack FinishSlack FixedCost¥ FixedCostAccrual PercentComplete PercentWorkComplete Cost¥
    OvertimeCost¥ OvertimeWork ActualStart ActualFinish ActualDuration ActualCost¥ ActualOvertimeCost¥ ActualWork
    ActualOvertimeWork RegularWork RemainingDuration RemainingCost¥ RemainingWork RemainingOvertimeCost¥
    RemainingOvertimeWork ACWP¥ CV¥ ConstraintType CalendarUID ConstraintDate Deadline LevelAssignments LevelingCanSplit
    LevelingDelay LevelingDelayFormat PreLeveledStart PreLeveledFinish Hyperlink HyperlinkAddress
    HyperlinkSubAddress IgnoreResourceCalendar Notes HideBar Rollup BCWS¥ BCWP¥ PhysicalPercentComplete
    EarnedValueMethod PredecessorLink ActualWorkProtected ActualOvertimeWorkProtected ExtendedAttribute Baseline
    OutlineCode IsPublished StatusManager CommitmentStart CommitmentFinish CommitmentType TimephasedData¥"""
)
RESOURCE = Ranks(
    """UID GUID ID Name Type IsNull Initials Phonetics NTAccount MaterialLabel Code Group WorkGroup EmailAddress
    Hyperlink HyperlinkAddress HyperlinkSubAddress MaxUnits PeakUnits OverAllocated AvailableFrom AvailableTo Start
    Finish CanLevel AccrueAt Work RegularWork OvertimeWork ActualWork RemainingWork ActualOvertimeWork
    RemainingOvertimeWork PercentWorkComplete StandardRate¥ StandardRateFormat Cost¥ OvertimeRate¥ OvertimeRateFormat
    OvertimeCost¥ CostPerUse¥ ActualCost¥ ActualOvertimeCost¥ RemainingCost¥ RemainingOvertimeCost¥ WorkVariance
    CostVariance¥ SV¥ CV¥ ACWP¥ CalendarUID Notes BCWS¥ BCWP¥ IsGeneric IsInactive IsEnterprise BookingType
    ActualWorkProtected ActualOvertimeWorkProtected ActiveDirectoryGUID CreationDate ExtendedAttribute Baseline
    OutlineCode IsCostResource AssnOwner AssnOwnerGuid IsBudget AvailabilityPeriods Rates¥ TimephasedData¥"""
)
ASSIGNMENT = Ranks(
    """UID GUID TaskUID ResourceUID PercentWorkComplete ActualCost¥ ActualFinish ActualOvertimeCost¥ ActualOvertimeWork
    ActualStart ActualWork ACWP¥ Confirmed Cost¥ CostRateTable RateScale CostVariance¥ CV¥ Delay Finish FinishVariance
    Hyperlink HyperlinkAddress HyperlinkSubAddress WorkVariance HasFixedRateUnits FixedMaterial LevelingDelay
    LevelingDelayFormat LinkedFields Milestone Notes Overallocated OvertimeCost¥ OvertimeWork PeakUnits RegularWork
    RemainingCost¥ RemainingOvertimeCost¥ RemainingOvertimeWork RemainingWork ResponsePending Start Stop Resume
    StartVariance Summary SV¥ Units UpdateNeeded VAC¥ Work WorkContour BCWS¥ BCWP¥ BookingType ActualWorkProtected
    ActualOvertimeWorkProtected CreationDate AssnOwner AssnOwnerGuid BudgetCost¥ BudgetWork ExtendedAttribute Baseline
    OutlineCode TimephasedData¥"""
)
BASELINE = Ranks(
    """TimephasedData¥ Number Interim Start Finish Duration DurationFormat EstimatedDuration Work Cost¥ BCWS¥ BCWP¥
    FixedCost¥"""
)
CUSTOM_VALUE = Ranks("UID FieldID Value ValueID ValueGUID DurationFormat")
CUSTOM_FIELD = Ranks(
    """FieldID FieldName CFType Guid ElemType MaxMultiValues UserDef Alias SecondaryPID SecondaryGuid AutoRollDown
    DefaultGuid Ltuid PhoneticAlias RollupType CalculationType Formula RestrictValues ValuelistSortOrder
    AppendNewValues Default ValueList"""
)
OUTLINE_CODE = Ranks(
    """Guid FieldID FieldName Alias PhoneticAlias Values Enterprise EnterpriseOutlineCodeAlias
    ResourceSubstitutionEnabled LeafOnly AllLevelsRequired OnlyTableValuesAllowed Masks"""
)


def in_order(nodes: list[Node], ranks: Ranks) -> list[Node]:
    """Sorted as the schema lists them, repeated ones as they came, unknown ones last."""
    last = len(ranks)
    return sorted(nodes, key=lambda node: ranks.get(node[0], last))
