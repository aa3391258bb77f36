"""Small plan files of our own, as bytes that a user uploads."""

from __future__ import annotations

import gzip
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase

from projects.worktime.rules import OFFICE_WEEK, CalendarException, CalendarRules
from tasks.importing.running import start_import
from tasks.interchange.mspdi.write import write_mspdi
from tasks.interchange.plan_file import (
    CustomField,
    CustomValue,
    Extra,
    PlanAssignment,
    PlanFile,
    PlanLink,
    PlanProject,
    PlanResource,
    PlanTask,
    Recorded,
)

if TYPE_CHECKING:
    from projects.models import Project, User
    from tasks.models import PlanImport

#: Monday 2026-04-06, 8:00.
MONDAY_8 = 20_549 * 1440 + 480
DAY, WORKDAY = 1440, 480


def small_plan(**changes: Any) -> PlanFile:
    """設計 (summary of 調査 and 作図), then 開発 with a person, half done, then a milestone."""
    plan = PlanFile(
        project=PlanProject(
            name="kikan", title="基幹システム更改", start_minute=MONDAY_8, calendar_uid=1, currency_code="JPY",
        ),
        calendars=(
            CalendarRules(1, "標準", week=OFFICE_WEEK, exceptions=(
                CalendarException(20_552, 20_552, (), "創立記念日"),
            )),
            CalendarRules(2, "藍沢 湊", base_id=1),
        ),
        tasks=(
            PlanTask(1, "設計", duration_minutes=4 * WORKDAY),
            PlanTask(
                2, "調査", parent_uid=1, outline_level=2, duration_minutes=2 * WORKDAY, percent_complete=100,
                actual_start_minute=MONDAY_8, actual_finish_minute=MONDAY_8 + DAY + 540, notes="前提を確かめる",
                actual_duration_minutes=2 * WORKDAY, remaining_minutes=0,
            ),
            PlanTask(3, "作図", parent_uid=1, outline_level=2, duration_minutes=2 * WORKDAY),
            PlanTask(
                4, "開発", duration_minutes=5 * WORKDAY, work_minutes=5 * WORKDAY, cost=Decimal(250000),
                custom_values=(CustomValue("188743731", "重要"),),
                extras=(Extra("HyperlinkAddress", "https://example.com/"),),
                recorded=Recorded(start_minute=MONDAY_8 + 7 * DAY, finish_minute=MONDAY_8 + 11 * DAY + 540),
            ),
            PlanTask(5, "完了", is_milestone=True),
        ),
        links=(
            PlanLink(2, 3), PlanLink(3, 4, lag_minutes=WORKDAY), PlanLink(4, 5),
        ),
        resources=(PlanResource(1, "藍沢 湊", calendar_uid=2, standard_rate=Decimal(6250)),),
        assignments=(PlanAssignment(1, 4, 1, work_minutes=5 * WORKDAY, remaining_work_minutes=5 * WORKDAY),),
        custom_fields=(CustomField("188743731", "Text1", "重要度"),),
    )  # fmt: skip
    return replace(plan, **changes)


def long_plan(count: int) -> PlanFile:
    """A chain of tasks, each after the one before."""
    return small_plan(
        tasks=tuple(PlanTask(uid, f"作業 {uid}", duration_minutes=WORKDAY) for uid in range(1, count + 1)),
        links=tuple(PlanLink(uid, uid + 1) for uid in range(1, count)),
        resources=(),
        assignments=(),
    )


def xml_of(plan: PlanFile) -> bytes:
    """The plan as Microsoft Project XML."""
    stream = BytesIO()
    write_mspdi(plan, stream)
    return stream.getvalue()


def upload_of(content: PlanFile | bytes, name: str = "kikan.xml") -> SimpleUploadedFile:
    """What a browser sends."""
    data = content if isinstance(content, bytes) else xml_of(content)
    return SimpleUploadedFile(name, data, content_type="text/xml")


def packed(plan: PlanFile) -> bytes:
    """The plan as gzip."""
    return gzip.compress(xml_of(plan), mtime=0)


def import_upload(
    kept: PlanImport, actor: User, *, project: Project | None = None, fields: dict[str, str] | None = None, as_recorded: bool = False
) -> PlanImport:  # fmt: skip
    """Send an upload off and wait for its job."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        start_import(
            plan_import=kept, actor=actor, project=project, fields=fields or {}, as_recorded=as_recorded
        )
    kept.refresh_from_db()
    return kept
