"""What a workbook that came back will do: for its page, in the words of the sheet; and what was decided on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from config.web import formats
from tasks.interchange.merging import LEVEL
from tasks.pasting.page import outcome_of
from tasks.pasting.people import decided_names
from tasks.sheet.columns.registry import registry
from tasks.sheet.parsing import folded
from tasks.workbooks.edits import packed
from tasks.workbooks.merging import FILE, PLAN, Decisions
from tasks.workbooks.written import LINKS, by_numbers, typed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from projects.models import Project
    from tasks.interchange.merging import Conflict
    from tasks.pasting.services import Looked
    from tasks.workbooks.edits import Edits
    from tasks.workbooks.merging import Weighed

#: So many conflicts, and rows that are gone, are listed; what is decided for all counts for the others too.
MOST_CONFLICTS, MOST_GONE = 200, 50
LONGEST_TEXT: Final = 5_000
_TAKE: Final = re.compile(r"take-(\d{1,18})-(#?[a-z0-9_]{1,40})")
_MENDED: Final = re.compile(r"mend-(\d{1,7})-(\d{1,3})")
DELETE, KEEP = "delete", "keep"


def decided(data: Mapping[str, Any], conflicts: Sequence[Conflict] = ()) -> Decisions:
    """What a form says; with one of its buttons for all conflicts what that says of each."""
    taken = {}
    mended = {}
    for name, value in data.items():
        if (found := _TAKE.fullmatch(name)) and value in {FILE, PLAN}:
            taken[int(found[1]), found[2]] = str(value)
        elif found := _MENDED.fullmatch(name):
            mended[int(found[1]), int(found[2])] = str(value).replace("\0", "")[:LONGEST_TEXT]
    if (all_of_them := data.get("all")) in {FILE, PLAN}:
        taken = {(each.key, each.field): str(all_of_them) for each in conflicts}
    people, names = {}, {}
    for name, choice in decided_names(data):
        people[folded(name)], names[folded(name)] = choice, name
    deletes = {DELETE: True, KEEP: False}.get(str(data.get("gone", "")))
    return Decisions(taken, deletes, mended, people, names, bool(data.get("rest")))


@dataclass(frozen=True)
class ConflictLine:
    """A cell that both have changed: what it was, and the two that there are to choose from."""

    field: str
    number: int
    name: str
    title: str
    then: str
    file: str
    plan: str
    chosen: str


def page_of(
    project: Project, edits: Edits, decisions: Decisions, weighed: Weighed, looked: Looked
) -> dict[str, Any]:
    """The whole context."""
    context = outcome_of(project, weighed.asked, looked)
    conflicts = weighed.merged.conflicts
    is_decided = not weighed.open_conflicts(decisions) and (decisions.deletes is not None or not weighed.gone)
    is_untouched = context["is_nothing"] and not conflicts and not weighed.gone
    return context | {
        "edits": edits, "packed": packed(edits), "is_untouched": is_untouched,
        "conflicts": [_line(each, decisions, weighed) for each in conflicts[:MOST_CONFLICTS]],
        "conflict_count": len(conflicts), "more_conflicts": max(len(conflicts) - MOST_CONFLICTS, 0),
        "gone": [_named(pk, weighed) for pk in weighed.gone[:MOST_GONE]], "gone_count": len(weighed.gone),
        "more_gone": max(len(weighed.gone) - MOST_GONE, 0), "deletes": decisions.deletes,
        "kept": [_named(pk, weighed) for pk in weighed.kept[:MOST_GONE]],
        "lost_count": len(weighed.merged.lost), "computed": _computed(edits),
        "hidden": [(f"take-{each.key}-{each.field}", choice) for each in conflicts[MOST_CONFLICTS:] if (choice := decisions.conflicts.get((each.key, each.field)))],
        "is_ready": context["is_ready"] and is_decided,
    }  # fmt: skip


def _named(pk: int, weighed: Weighed) -> dict[str, Any]:
    return {"number": weighed.numbers.get(pk), "name": weighed.names.get(pk, "")}


def _line(each: Conflict, decisions: Decisions, weighed: Weighed) -> ConflictLine:
    then, file, plan = (
        shown(each.field, text, weighed.numbers) for text in (each.then, each.file, each.plan)
    )
    title = _("階層") if each.field == LEVEL else registry[each.field].title
    chosen = decisions.conflicts.get((each.key, each.field), "")
    number = weighed.numbers.get(each.key, 0)
    return ConflictLine(
        f"take-{each.key}-{each.field}", number, weighed.names.get(each.key, ""), title, then, file, plan, chosen
    )  # fmt: skip


def shown(name: str, text: str, numbers: Mapping[int, int]) -> str:
    """A text of a cell as it would be typed; nothing is a dash."""
    if name == LINKS:
        text = by_numbers(text, numbers)
    elif name != LEVEL:
        text = typed(registry[name], text)
    return text or formats.NONE


def _computed(edits: Edits) -> str:
    names = [registry[name].title for name in edits.computed if name in registry]
    return _("、").join(names)
