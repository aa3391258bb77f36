"""What a simulation found, as plain data for other programs and as lines for a terminal."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from config.web import formats
from projects.worktime.moments import ends_on
from tasks.risk.running import noise_of
from tasks.risk.words import between_text, chance_text, error_text, in_time_text, names_of, titles_of
from tasks.scheduling.risk.outlook import SHARES

if TYPE_CHECKING:
    from projects.models import Project
    from tasks.risk.running import Simulation
    from tasks.scheduling.risk.outlook import Chance

#: So many tasks are said one by one on a terminal.
MOST_LINES: Final = 10


def plain_of(project: Project, found: Simulation) -> dict[str, Any]:
    """All of it as JSON has it: moments as ISO texts on the clock of the plan."""
    return {
        "revision": found.revision,
        "input": found.digest,
        "asked": asdict(found.asked),
        "planned": {"finish": _moment(found.planned), **_chance(found.by_plan)},
        "deadline": {"day": project.end_date.isoformat(), **_chance(found.by_deadline)},
        "percentiles": {
            f"P{one.share}": {
                "finish": _moment(one.moment), "low": _moment(one.low), "high": _moment(one.high)
            }
            for one in found.percentiles
        },
        "curve": [_moment(one) for one in found.curve],
        "tasks": [
            {
                "task": one.task_id, "influence": round(one.influence, 6), "criticality": round(one.criticality, 6),
                "finish": {f"P{share}": _moment(at) for share, at in zip(SHARES, one.finishes, strict=True)},
            }
            for one in found.tasks
        ],
        "deadlines": [
            {"task": one.task_id, "deadline": _moment(one.deadline), "probability": one.probability}
            for one in found.deadlines
        ],
        "risks": [
            {"name": name, "issue": one.issue or None, "runs": one.runs, "influence": round(one.influence, 6)}
            for one, name in zip(found.risks, names_of(found.risks), strict=True)
        ],
    }  # fmt: skip


def lines_of(project: Project, found: Simulation) -> list[str]:
    """What a user at a terminal reads."""
    lines = [
        f"{in_time_text(project.end_date, found.by_deadline)} ({error_text(found.by_deadline)})",
        (
            _("平準化した計画どおり %(day)s までに終わる確率 %(chance)s")
            if found.asked.leveled
            else _("計画どおり %(day)s までに終わる確率 %(chance)s")
        )
        % {
            "day": formats.day_plain(ends_on(found.planned)),
            "chance": chance_text(found.by_plan.probability),
        },
    ]
    for one in found.percentiles:
        between = between_text(one)
        day = formats.day_plain(ends_on(one.moment))
        lines.append(f"P{one.share}: {day}" + (f" ({between})" if between else ""))
    lines += [
        _("  リスク「%(name)s」: %(runs)s回起きた、終了との相関 %(influence)s")
        % {
            "name": name,
            "runs": formats.number(one.runs),
            "influence": formats.number(round(one.influence, 2), 2),
        }
        for one, name in zip(found.risks, names_of(found.risks), strict=True)
    ]
    noise = noise_of(found.asked.runs)
    some = [one for one in found.tasks if abs(one.influence) > noise][:MOST_LINES]
    titles = titles_of(one.task_id for one in some)
    lines += [
        _("  %(task)s: 終了との相関 %(influence)s、終了を決める確率 %(share)s") % {
            "task": titles.get(one.task_id, f"#{one.task_id}"),
            "influence": formats.number(round(one.influence, 2), 2), "share": chance_text(one.criticality),
        }
        for one in some
    ]  # fmt: skip
    return lines


def _chance(chance: Chance) -> dict[str, float]:
    return {"probability": chance.probability, "standard_error": round(chance.error, 6)}


def _moment(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M")
