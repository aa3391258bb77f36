"""What a filter finds, compared with a plain reading of the rows of random plans."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.utils import timezone

from projects.models import AuditEntry, Project
from projects.worktime.moments import ends_on, minute_of
from resources.models import Resource
from tasks.models import Assignment, Task, TaskComment
from tasks.plan.lateness import DaysLate
from tasks.sheet.columns.finding import folded
from tasks.sheet.columns.kinds import Operator, ValueKind
from tasks.sheet.columns.registry import registry
from tasks.sheet.filtering.matching import tasks_found
from tasks.sheet.filtering.notation import Condition, Filter, Word, read_filter
from tasks.sheet.filtering.words import Asked

TODAY: Final = date(2026, 4, 20)
NAMES: Final = ("要件定義", "ＥＲＰの設定", "サーバー移行", "erp 試験", "さーばー停止", "リリース")
NOTES: Final = ("", "", "Oracle 19c", "ｻｰﾊﾞｰは2台", "50% 済み")


@pytest.fixture
def random_plan(project: Project, plan: Callable[..., Any], cast: Any) -> Callable[[int], list[Any]]:
    """Thirty tasks with everything that can be asked about."""

    def make(seed: int) -> list[Any]:
        chance = random.Random(seed)
        level, rows = 1, []
        for _number in range(30):
            level = chance.randint(1, min(level + 1, 4))
            rows.append((f"{chance.choice(NAMES)} {_number}", level, chance.choice((0, 1, 2, 5, 8))))
        plan(*rows)
        people = [
            Resource.objects.create(organization=project.organization, name=name, user=user)
            for name, user in (("藍沢 湊", cast.contributor), ("茜部 陽斗", None))
        ]
        for task in Task.objects.filter(project=project):
            _fill(task, chance, people)
        Project.objects.filter(pk=project.pk).update(status="active")
        project.refresh_from_db()
        return list(Task.objects.filter(project=project).annotate(days_late=DaysLate(TODAY)))

    return make


def _fill(task: Task, chance: random.Random, people: list[Resource]) -> None:
    progress = chance.choice((0, 0, 30, 100))
    state = {0: "not_started", 30: "in_progress", 100: "completed"}[progress]
    values = {
        "progress_percentage": progress, "status": chance.choice((state, state, "on_hold")),
        "description": chance.choice(NOTES), "is_critical": chance.random() < 0.4,
        "work_minutes": chance.choice((0, 480, 960)), "total_slack_minutes": chance.choice((None, -240, 0, 700)),
        "deadline_minute": chance.choice((None, minute_of(TODAY), minute_of(TODAY, 1080))),
        "constraint_type": chance.choice(("ASAP", "ASAP", "ALAP")), "is_active": chance.random() < 0.9,
        "fixed_cost": chance.choice((0, 0, 50_000)),
    }  # fmt: skip
    Task.objects.filter(pk=task.pk).update(**values)
    if task.is_summary:
        return
    for person in chance.sample(people, chance.randint(0, 2)):
        Assignment.objects.create(
            organization_id=task.organization_id, project_id=task.project_id, task=task, resource=person
        )
    for _each in range(chance.choice((0, 0, 1, 2))):
        TaskComment.objects.create(
            organization_id=task.organization_id,
            project_id=task.project_id,
            task=task,
            body="?",
            author=people[0].user,
        )


def _stands(task: Any) -> str:
    if task.days_late > 0:
        return "late"
    if not task.is_summary:
        return task.status
    return {0: "not_started", 100: "completed"}.get(task.progress_percentage, "in_progress")


def _people(task: Task) -> list[str]:
    return [each.resource.name for each in task.assignments.select_related("resource").order_by("pk")]


def _length(task: Task) -> float | None:
    if task.is_milestone and not task.is_summary:
        return None
    return task.duration_minutes / 480


def _answer(is_so: bool) -> str:
    return "yes" if is_so else "no"


#: What a task has in a column, told from the task alone.
PLAIN: Final[dict[str, Callable[[Any], Any]]] = {
    "name": lambda task: task.name,
    "code": lambda task: task.wbs_code,
    "description": lambda task: task.description,
    "status": _stands,
    "progress": lambda task: task.progress_percentage,
    "start": lambda task: task.start_date,
    "finish": lambda task: task.end_date,
    "deadline": lambda task: ends_on(task.deadline_minute),
    "duration": _length,
    "late": lambda task: task.days_late or None,
    "work": lambda task: task.work_minutes or None,
    "total_slack": lambda task: None if task.total_slack_minutes is None else task.total_slack_minutes / 480,
    "constraint": lambda task: task.constraint_type,
    "critical": lambda task: _answer(task.is_critical),
    "milestone": lambda task: _answer(task.is_milestone),
    "active": lambda task: _answer(task.is_active),
    "summary": lambda task: _answer(task.is_summary),
    "level": lambda task: task.outline_level,
    "number": lambda task: task.row_number,
    "parent": lambda task: task.parent.name if task.parent else None,
    "assignees": _people,
    "people_names": _people,
    "people_count": lambda task: len(_people(task)) or None,
    "comments": lambda task: TaskComment.objects.filter(task=task).count() or None,
    "fixed_cost": lambda task: task.fixed_cost or None,
    "created_on": lambda task: timezone.localdate(task.created_at),
}
#: What is looked for, by the kind of a column.
WANTED: Final[dict[ValueKind, tuple[str, ...]]] = {
    ValueKind.DAY: ("2026-04-06", "2026-04-08", "2026-04-20", "today", "today-7"),
    ValueKind.TEXT: ("erp", "さーばー", "ｻｰﾊﾞｰ", "19C", "藍沢", "藍沢 湊", "1.2", "%", "リリース 3"),
}
NUMBERS: Final = ("0", "1", "2", "2.5", "5", "8", "16", "30", "100", "50000", "-0.5")
HOLDS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "is": lambda value, wanted: value == wanted,
    "before": lambda value, wanted: value < wanted,
    "after": lambda value, wanted: value > wanted,
    "from": lambda value, wanted: value >= wanted,
    "to": lambda value, wanted: value <= wanted,
    "has": lambda value, wanted: wanted in value,
}


def _plainly(term: Condition, task: Task) -> bool:
    """Whether a condition holds, told as a reader of the sheet would."""
    found = PLAIN[term.column](task)
    values = [
        each for each in (found if isinstance(found, list) else [found]) if each is not None and each != ""
    ]
    kind, operator = registry[term.column].kind, term.operator
    if operator in {Operator.EMPTY, Operator.FILLED}:
        return bool(values) == (operator is Operator.FILLED)
    wanted = [_typed(kind, each) for each in term.values]
    values = [folded(each) if isinstance(each, str) else each for each in values]
    if operator is Operator.BETWEEN:
        return any(wanted[0] <= each <= wanted[1] for each in values)
    if operator is Operator.NOT:
        return not any(each == wanted[0] for each in values)
    return any(HOLDS[operator](each, wanted[0]) for each in values)


def _typed(kind: ValueKind, text: str) -> Any:
    if kind is ValueKind.DAY:
        return {"today": TODAY, "today-7": TODAY - timedelta(days=7)}.get(text) or date.fromisoformat(text)
    if kind in {ValueKind.TEXT, ValueKind.NAME}:
        return folded(text)
    return float(text) * (60 if kind is ValueKind.HOURS else 1)


def _random_condition(chance: random.Random) -> Condition:
    column = registry[chance.choice(list(PLAIN))]
    operator = chance.choice(column.operators)
    if operator in {Operator.EMPTY, Operator.FILLED}:
        return Condition(column.name, operator)
    choices = list(column.compares.choices) if column.compares and column.compares.choices else None
    kind = ValueKind.TEXT if column.kind is ValueKind.NAME else column.kind
    offered = choices or WANTED.get(kind, NUMBERS)
    return Condition(
        column.name,
        operator,
        tuple(chance.choice(offered) for _each in range(1 + (operator is Operator.BETWEEN))),
    )


class TestFound:
    @pytest.mark.parametrize("seed", range(6))
    def test_is_what_a_plain_reading_finds(
        self, seed: int, random_plan: Callable[[int], list[Any]], project: Project, cast: Any
    ) -> None:
        tasks = random_plan(seed)
        chance = random.Random(seed + 1000)
        asked = Asked(project, cast.leader, TODAY)
        hits = 0
        for _each in range(60):
            groups = tuple(
                tuple(_random_condition(chance) for _term in range(chance.choice((1, 1, 2, 3))))
                for _group in range(chance.choice((1, 1, 2)))
            )
            wanted = {
                task.pk
                for task in tasks
                if any(all(_plainly(term, task) for term in group) for group in groups)
            }
            filter_ = Filter(groups)
            assert set(tasks_found(filter_, asked)) == wanted, str(filter_)
            some = [task.pk for task in chance.sample(tasks, 7)]
            assert set(tasks_found(filter_, asked, only=some)) == wanted & set(some), str(filter_)
            hits += len(wanted)
        assert hits > 60

    @pytest.mark.parametrize("name", sorted(PLAIN))
    def test_compares_every_way_that_a_column_offers(
        self, name: str, random_plan: Callable[[int], list[Any]], project: Project, cast: Any
    ) -> None:
        tasks = random_plan(7)
        column = registry[name]
        asked = Asked(project, cast.leader, TODAY)
        kind = ValueKind.TEXT if column.kind is ValueKind.NAME else column.kind
        offered = column.compares.choices if column.compares and column.compares.choices else None
        for operator in column.operators:
            for value in list(offered or WANTED.get(kind, NUMBERS)):
                values = {"empty": (), "filled": (), "between": (value, value)}.get(operator, (value,))
                term = Condition(name, operator, values)
                wanted = {task.pk for task in tasks if _plainly(term, task)}
                assert set(tasks_found(Filter(((term,),)), asked)) == wanted, str(term)

    def test_knows_all_columns(
        self, random_plan: Callable[[int], list[Any]], project: Project, cast: Any
    ) -> None:
        """Of each column what is empty and what is filled is all of the plan, however it is looked at."""
        tasks = random_plan(3)
        asked = Asked(project, cast.leader, TODAY)
        for column in registry:
            if column.name == "why":
                continue  # a sentence that is made for one task alone
            empty, filled = (
                set(tasks_found(read_filter(f"{column.name}.{operator}"), asked))
                for operator in ("empty", "filled")
            )
            assert empty | filled == {task.pk for task in tasks}, column.name
            assert not empty & filled, column.name

    def test_knows_what_waits_for_others(
        self, plan: Callable[..., dict[str, Task]], project: Project, cast: Any
    ) -> None:
        tasks = plan(("設計", 1, 2), ("開発", 1, 3, "1"), ("試験", 1, 3, "2"))
        asked = Asked(project, cast.leader, TODAY)
        filled, empty = (
            {*tasks_found(read_filter(f"predecessors.{each}"), asked)} for each in ("filled", "empty")
        )
        assert filled == {tasks["開発"].pk, tasks["試験"].pk}
        assert empty == {tasks["設計"].pk}
        assert tasks_found(read_filter("predecessors.is.2"), asked) == [tasks["試験"].pk]
        Task.objects.filter(pk=tasks["開発"].pk).update(deleted_at=timezone.now(), row_number=None)
        assert tasks_found(read_filter("predecessors.filled"), asked) == []

    def test_knows_quick_words(
        self, random_plan: Callable[[int], list[Any]], project: Project, cast: Any
    ) -> None:
        tasks = random_plan(5)
        leaves = [task for task in tasks if not task.is_summary]
        undone = [task for task in leaves if task.progress_percentage < 100]
        first_week = (date(2026, 4, 6), date(2026, 4, 12))
        plainly = {
            "late": [task for task in tasks if task.days_late > 0],
            "critical": [task for task in undone if task.is_critical],
            "mine": [task for task in tasks if "藍沢 湊" in _people(task)],
            "week": [
                task for task in undone if task.start_date <= first_week[1] and task.end_date >= first_week[0]
            ],
            "unfinished": undone,
            "unassigned": [task for task in leaves if not task.is_milestone and not _people(task)],
            "milestones": [task for task in leaves if task.is_milestone],
            "overallocated": [],
        }
        for name, found in plainly.items():
            asked = Asked(project, cast.contributor, first_week[1] if name == "week" else TODAY)
            assert set(tasks_found(Filter(((Word(name),),)), asked)) == {task.pk for task in found}, name
        assert [name for name, found in plainly.items() if not found] == ["overallocated"]

    def test_knows_what_was_changed_since_a_day(
        self, plan: Callable[..., dict[str, Task]], project: Project, cast: Any
    ) -> None:
        from tasks.editing.cells import write_cell

        tasks = plan(("設計", 1, 2), ("開発", 1, 3))
        write_cell(task=tasks["設計"], column="name", text="基本設計", actor=cast.leader)
        asked = Asked(project, cast.leader, timezone.localdate())
        assert AuditEntry.objects.filter(project=project, target_type="task").exists()
        assert tasks_found(read_filter("changed.today"), asked) == [tasks["設計"].pk]
        assert tasks_found(read_filter("changed.today+1"), asked) == []

    def test_knows_who_has_too_much(
        self, plan: Callable[..., dict[str, Task]], project: Project, cast: Any, resource: Resource
    ) -> None:
        from tasks.editing.cells import write_cell

        tasks = plan(("設計", 1, 2), ("試験", 1, 2), ("移行", 1, 2, "2"))
        for task in tasks.values():
            task.refresh_from_db()
            write_cell(task=task, column="assignees", text=f"{resource.name}[60%]", actor=cast.leader)
        project.refresh_from_db()
        found = tasks_found(read_filter("overallocated"), Asked(project, cast.leader, TODAY))
        assert set(found) == {tasks["設計"].pk, tasks["試験"].pk}
