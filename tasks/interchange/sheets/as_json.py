"""A plan that was read as JSON holds it, so that it can leave the process that read it, and wait for its preview."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tasks.interchange.sheets.grid import column_name
from tasks.interchange.sheets.plan import ColumnMeaning, Doubt, Origin, SheetPlan, SheetTask

Json = dict[str, Any]


def plan_as_json(plan: SheetPlan) -> Json:
    """All that was read; days in ISO, places in `tasks` for links and doubts."""
    return {
        "kind": plan.kind,
        "profile": plan.profile,
        "sheet": plan.sheet,
        "sheet_at": plan.sheet_at,
        "sheets": plan.sheets,
        "head_rows": plan.head_rows,
        "csv": {"encoding": plan.encoding, "delimiter": plan.delimiter} if plan.kind == "csv" else None,
        "levels_by": plan.levels_by,
        "tasks": [_task(task) for task in plan.tasks],
        "doubtful": [_doubt(doubt) for doubt in plan.doubts],
        "columns": [_column(column) for column in plan.columns],
        "remarks": [{"code": code, "params": dict(params)} for code, params in plan.remarks],
        "left_out": [{"row": row, "code": code} for row, code in plan.left_out],
    }


def _task(task: SheetTask) -> Json:
    return {
        "row": task.row,
        "name": task.name,
        "level": task.level,
        "start": _day(task.start),
        "finish": _day(task.finish),
        "duration_days": task.duration_days,
        "work_hours": task.work_hours,
        "progress": task.progress,
        "people": task.people,
        "predecessors": [link._asdict() for link in task.predecessors],
        "milestone": task.is_milestone,
        "summary": task.is_summary,
        "actual_start": _day(task.actual_start),
        "actual_finish": _day(task.actual_finish),
        "deadline": _day(task.deadline),
        "origins": {field: _origin(origin) for field, origin in task.origins.items()},
    }


def _doubt(doubt: Doubt) -> Json:
    params: Mapping[str, str | int] = doubt.params
    return {
        "task": doubt.task,
        "field": doubt.field,
        "code": doubt.code,
        "params": dict(params),
        "origin": _origin(doubt.origin) if doubt.origin else None,
    }


def _origin(origin: Origin) -> Json:
    return {"row": origin.row, "column": column_name(origin.column), "text": origin.text[:200]}


def _column(column: ColumnMeaning) -> Json:
    return {
        "column": column_name(column.column),
        "head": column.head,
        "meaning": column.meaning,
        "proposed": column.proposed,
        "unit": column.unit,
        "basis": column.basis,
        "examples": [text[:60] for text in column.examples],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
