"""Taking a baseline of a plan, naming it, comparing with it, and letting it go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.models import Baseline
from tasks.plan.agreed_costs import costs_now, sealed
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from projects.models import Project, User

#: Rows of the plan that are taken: dates are there once the plan was computed. Summaries above chosen rows, where they are asked for.
_CHOSEN: Final = """
WITH RECURSIVE chosen AS (
    SELECT tasks.id, tasks.parent_id
      FROM tasks JOIN unnest(%(first)s::int[], %(last)s::int[]) AS stretch (first, last)
        ON tasks.row_number BETWEEN stretch.first AND stretch.last
     WHERE tasks.project_id = %(project)s AND tasks.deleted_at IS NULL
     UNION
    SELECT above.id, above.parent_id FROM tasks AS above JOIN chosen ON above.id = chosen.parent_id WHERE %(above)s)
SELECT array_agg(id) FROM chosen
"""
_TAKEN: Final = """
  FROM tasks WHERE project_id = %(project)s AND deleted_at IS NULL AND start_minute IS NOT NULL AND finish_minute IS NOT NULL
   AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[]))
"""
_SIZE: Final = f"""
SELECT count(*), min(start_minute), max(finish_minute), coalesce(sum(work_minutes) FILTER (WHERE NOT is_summary), 0) {_TAKEN}
"""
_TAKE: Final = f"""
INSERT INTO baseline_tasks (organization_id, baseline_id, task_id, start_minute, finish_minute, duration_minutes, work_minutes,
                            row_number, is_elapsed, is_summary, is_milestone, is_critical)
SELECT organization_id, %(baseline)s, id, start_minute, finish_minute, duration_minutes, work_minutes,
       row_number, is_elapsed, is_summary, is_milestone, is_critical {_TAKEN}
"""


class Asked(NamedTuple):
    """Which rows are taken: stretches of row numbers, both ends included, and whether with the summaries above them."""

    stretches: Sequence[tuple[int, int]]
    with_summaries: bool = True


def take_baseline(
    *, project: Project, actor: User, name: str, reason: str = "", rows: Asked | None = None,
    number: int | None = None, is_chosen: bool = False, taken_at: datetime | None = None,
) -> Baseline:  # fmt: skip
    """Keep the plan as it is now, all of it or some rows; as many statements for ten thousand rows as for one.

    `taken_at` is another moment than now, of a plan that was agreed on before it came here. The first baseline of a project is the one that is compared with. Raises RuleBrokenError where there is nothing to keep, or
    the number is taken.
    """
    with changing_plan(project, actor=actor, keeps_step=False) as plan:
        there = Baseline.objects.filter(project=project)
        if number is not None:
            _require_free(project, number)
        is_chosen = is_chosen or not there.exists()
        if is_chosen:
            there.filter(is_chosen=True).update(is_chosen=False)
        baseline = _kept(
            Baseline(
                organization_id=project.organization_id, project=project, name=name, reason=reason, taken_by=actor,
                taken_at=taken_at or timezone.now(), is_chosen=is_chosen, number=number, revision=plan.revision_before,
                is_whole=rows is None,
            ), rows,
        )  # fmt: skip
        plan.record("baseline.taken", target=baseline, after={"name": name, "reason": reason})
    return baseline


def _require_free(project: Project, number: int) -> None:
    taken = Baseline.objects.filter(project=project, number=number).values_list("name", flat=True).first()
    if taken is not None:
        raise RuleBrokenError(
            _("番号%(number)dは「%(name)s」が使っています。ほかの番号を選ぶか、空にしてください。")
            % {"number": number, "name": taken},
            field="number",
        )


def _kept(baseline: Baseline, rows: Asked | None) -> Baseline:
    """Store a baseline with its rows, copied within the database."""
    asked: dict[str, Any] = {"project": baseline.project_id, "ids": None}
    with connection.cursor() as cursor:
        if rows is not None:
            first, last = zip(*rows.stretches, strict=True)
            cursor.execute(
                _CHOSEN,
                {**asked, "first": list(first), "last": list(last), "above": rows.with_summaries},
            )
            asked["ids"] = cursor.fetchone()[0] or []
        cursor.execute(_SIZE, asked)
        count, start, finish, work = cursor.fetchone()
        if not count:
            raise RuleBrokenError(
                _("残す行がありません。タスクを加えるか、行番号を確かめてください。"), field="rows"
            )
        baseline.task_count, baseline.start_minute, baseline.finish_minute = count, start, finish
        baseline.work_minutes = work
        kept = None if asked["ids"] is None else frozenset(asked["ids"])
        baseline.cost_secret = sealed(costs_now(baseline.project_id), kept)
        baseline.save(force_insert=True)
        cursor.execute(_TAKE, {**asked, "baseline": baseline.pk})
    return baseline


def rename_baseline(*, baseline: Baseline, actor: User, name: str) -> None:
    """Another name; what it says stays."""
    with changing_plan(baseline.project, actor=actor, keeps_step=False) as plan:
        if baseline.name != name:
            plan.record(
                "baseline.renamed", target=baseline, before={"name": baseline.name}, after={"name": name}
            )
            baseline.name = name
            baseline.save(update_fields=["name"])


def choose_baseline(*, baseline: Baseline, actor: User) -> None:
    """Let sheet and chart compare with this one, and with no other."""
    with changing_plan(baseline.project, actor=actor, keeps_step=False) as plan:
        chosen = Baseline.objects.filter(project=baseline.project_id, is_chosen=True)
        before = chosen.values_list("pk", "name").first()
        if before is not None and before[0] == baseline.pk:
            return
        chosen.update(is_chosen=False)
        Baseline.objects.filter(pk=baseline.pk).update(is_chosen=True)
        plan.record(
            "baseline.chosen",
            target=baseline,
            before={"name": before[1] if before else ""},
            after={"name": baseline.name},
        )


def delete_baseline(*, baseline: Baseline, actor: User) -> None:
    """Forget a baseline with all of its rows. Where it was the one that is compared with, none is then."""
    with changing_plan(baseline.project, actor=actor, keeps_step=False) as plan:
        plan.record(
            "baseline.deleted", target=baseline, before={"name": baseline.name, "reason": baseline.reason}
        )
        Baseline.objects.filter(pk=baseline.pk).delete()
