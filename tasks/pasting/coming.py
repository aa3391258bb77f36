"""What comes with a paste before its cells are written: people who were decided for, rows where they will stand, their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.storing import made, next_ids
from resources.models import Resource, ResourceKind
from tasks.models import Task
from tasks.pasting.layout import NAME
from tasks.pasting.reader import NEW, OUT
from tasks.plan.actions.settings import kind_of_new
from tasks.plan.actions.tree import PLACE, renumber
from tasks.plan.outline import places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tasks.pasting.layout import PastedRow
    from tasks.pasting.placing import Placing
    from tasks.pasting.services import Asked
    from tasks.plan.outline import OutlineRow
    from tasks.plan.unit import PlanUnit


def decided_people(plan: PlanUnit, asked: Asked) -> dict[str, int | None]:
    """The resources that were decided for names; new ones are of this plan alone, as those of a file are."""
    found: dict[str, int | None] = {}
    for name, decided in asked.people.items():
        if decided == NEW:
            resource = Resource.objects.create(
                organization_id=plan.project.organization_id, project=plan.project, kind=ResourceKind.PERSON,
                name=asked.names.get(name, name)[:200],
            )  # fmt: skip
            plan.record(
                "resource.added", target=resource, after={"resource": resource.pk, "name": resource.name}
            )
            found[name] = resource.pk
        else:
            found[name] = None if decided == OUT else int(decided)
    return found


def put_in_order(
    plan: PlanUnit, placing: Placing, lines: Sequence[OutlineRow]
) -> tuple[list[OutlineRow], list[Task]]:
    """The rows of the plan then, and the new tasks where they will stand, not stored yet; the others are renumbered."""
    project, new = plan.project, placing.new
    placing.made = dict(zip(new, next_ids("tasks", len(new)) if new else (), strict=True))
    if not placing.made and not placing.shifted:
        return list(lines), []
    order = placing.arranged(lines)
    found = places(order)
    at_place = {place.task_id: place for place in found}
    known = {"organization_id": project.organization_id, "project_id": project.pk}
    tasks = [
        made(
            Task, {"project": project}, **known, duration_minutes=project.minutes_per_day,
            **kind_of_new(project),
            name=placing.rows[at].cells.get(NAME, "").strip()[:500] or _("新しいタスク"),
            **dict(zip(("id", *PLACE), at_place[pk], strict=True)),
        )
        for at, pk in placing.made.items()
    ]  # fmt: skip
    renumber(project, order, record=plan.record, new=set(placing.made.values()), found=found)
    for task in tasks:
        plan.touch(task)
    _record_places(plan, placing)
    return order, tasks


def _record_places(plan: PlanUnit, placing: Placing) -> None:
    """Rows that stand deeper or less deep than before."""
    shifted = placing.shifted
    if not shifted:
        return
    before = {
        task.task_id: [task.number, task.level] for task in placing.tasks if task and task.task_id in shifted
    }
    plan.record(
        "task.rearranged", target=Task.objects.get(pk=next(iter(shifted))),
        before={str(pk): place for pk, place in before.items()},
        after={str(pk): [before[pk][0], level] for pk, level in shifted.items()},
    )  # fmt: skip
    plan.edited_ids |= shifted.keys()
    plan.moves_dates = True


def own_numbers(
    rows: Sequence[PastedRow], ids: Sequence[int | None], by_id: Mapping[int, int]
) -> dict[int, int]:
    """The rows of the plan by the numbers that the pasted table gives its own."""
    return {
        int(row.number): by_id[pk]
        for row, pk in zip(rows, ids, strict=True)
        if pk is not None and row.number.isascii() and row.number.isdigit() and len(row.number) < 9
    }
