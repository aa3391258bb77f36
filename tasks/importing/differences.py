"""Dates that are not those of the file: by task, with both values and the reason, for the preview and on the tasks."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db import connection

from tasks.interchange.agreement import LATE, Agreement, DateDifference, compare
from tasks.scheduling.plan import Plan, TaskDates

if TYPE_CHECKING:
    from tasks.interchange.plan_file import PlanFile

#: A reason that only an import can have: the organization knows the person, and its calendar of them holds.
KNOWN_PERSON: Any = "known_person"
#: So many tasks of each kind of dates a preview can show; afterwards the tasks themselves say it, all of them.
MOST_LISTED = 1_000
EARLY_KIND, LATE_KIND = "early", "late"


def dates_of(agreement: Agreement) -> dict[str, Any]:
    """How many dates are the file's own, late ones apart, and why the others are not."""
    late: dict[str, int] = {}
    for item in agreement.differences:
        if item.moment in LATE:
            late[item.reason] = late.get(item.reason, 0) + 1
    return {
        "compared": agreement.compared,
        "agreeing": agreement.agreeing,
        "reasons": {str(reason): count for reason, count in agreement.reasons().items()},
        "late_compared": agreement.late_compared,
        "late_agreeing": agreement.late_agreeing,
        "late_reasons": dict(sorted(late.items(), key=lambda item: -item[1])),
    }


def agreement_of(
    plan_file: PlanFile, plan: Plan, tasks: Mapping[int, int], known: Collection[int]
) -> Agreement:  # fmt: skip
    """The stored plan against the dates of the file; where our own people made the difference, that is the reason."""
    agreement = compare(plan_file, Plan(plan.start, plan.finish, _ByUid(plan, tasks)))
    theirs = {item.task_uid for item in plan_file.assignments if item.resource_uid in known}
    if not theirs:
        return agreement
    differences: Any = tuple(
        replace(item, reason=KNOWN_PERSON)
        if item.uid in theirs and item.reason in ("unexplained", "uneven_work")
        else item
        for item in agreement.differences
    )
    return replace(agreement, differences=differences)


class _ByUid(Mapping[int, TaskDates]):
    """A plan by the file's numbers."""

    def __init__(self, plan: Plan, ids: Mapping[int, int]) -> None:
        self.plan, self.ids = plan, ids

    def __getitem__(self, uid: int) -> TaskDates:
        return self.plan.tasks[self.ids[uid]]

    def __iter__(self) -> Iterator[int]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)


def differing_rows(agreement: Agreement, plan_file: PlanFile, plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """The tasks whose dates differ, as JSON, for a preview: nothing of them is stored anywhere else yet."""
    recorded = {task.uid: task.recorded for task in plan_file.tasks}
    found: dict[str, list[dict[str, Any]]] = {EARLY_KIND: [], LATE_KIND: []}
    for first, is_late in _by_task(agreement):
        rows = found[LATE_KIND if is_late else EARLY_KIND]
        if len(rows) < MOST_LISTED:
            dates, file = plan[first.uid], recorded[first.uid]
            rows.append(
                {
                    "uid": first.uid,
                    "name": first.name[:200],
                    "file": [file.late_start_minute, file.late_finish_minute]
                    if is_late
                    else [file.start_minute, file.finish_minute],
                    "here": [dates.late_start, dates.late_finish] if is_late else [dates.start, dates.finish],
                    "reason": first.reason,
                    "cause": first.cause_uid,
                }
            )
    return found


def _by_task(agreement: Agreement) -> Iterator[tuple[DateDifference, bool]]:
    """The first difference of each task, of its early and of its late dates."""
    for _uid, items in groupby(agreement.differences, attrgetter("uid")):
        seen: set[bool] = set()
        for item in items:
            is_late = item.moment in LATE
            if is_late not in seen:
                seen.add(is_late)
                yield item, is_late


def note_differences(tasks: Mapping[int, int], agreement: Agreement, plan_file: PlanFile) -> None:
    """Why a task does not have the file's dates, on the task itself; late dates of the file only where they differ."""
    recorded = {task.uid: task.recorded for task in plan_file.tasks}
    reasons: dict[int, str] = {}
    more: dict[int, dict[str, Any]] = {}
    for item, is_late in _by_task(agreement):
        task_id = tasks[item.uid]
        if is_late:
            file = recorded[item.uid]
            noted = {"dates": [file.late_start_minute, file.late_finish_minute], "reason": item.reason}
            more.setdefault(task_id, {})["late"] = _with_cause(noted, item, tasks)
        else:
            reasons[task_id] = item.reason
            if item.cause_uid is not None:
                more.setdefault(task_id, {})["cause"] = tasks[item.cause_uid]
    _store(reasons, more)


def _with_cause(noted: dict[str, Any], item: DateDifference, tasks: Mapping[int, int]) -> dict[str, Any]:
    if item.cause_uid is not None and item.cause_uid != item.uid:
        noted["cause"] = tasks[item.cause_uid]
    return noted


def _store(reasons: dict[int, str], more: dict[int, dict[str, Any]]) -> None:
    ids = list(dict.fromkeys([*reasons, *more]))
    if not ids:
        return
    notes = [json.dumps({"differs": more[pk]}) if pk in more else None for pk in ids]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tasks SET recorded_reason = new.reason,"
            " extras = CASE WHEN new.more IS NULL THEN extras ELSE coalesce(extras, '{}') || new.more::jsonb END"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS new(id, reason, more) WHERE tasks.id = new.id",
            [ids, [reasons.get(pk, "") for pk in ids], notes],
        )
