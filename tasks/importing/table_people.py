"""People of a table whom the organization does not call so: what becomes of each, and whom they may be."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from resources.models import Resource, ResourceKind
from tasks.interchange.sheets.frame import folded_name
from tasks.pasting.page import MOST_PEOPLE
from tasks.pasting.people import decided_names
from tasks.pasting.reader import NEW, OUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import QueryDict

    from projects.models import Organization
    from tasks.interchange.sheets.as_json import Json
    from tasks.interchange.sheets.frame import Frame

#: So many resources are offered for a name.
_OFFERED: Final = 200


def people_of(organization: Organization) -> QuerySet[Resource]:
    """Who can be meant by a name; of several that are called alike the first one is."""
    rows = Resource.objects.filter(organization=organization, project__isnull=True, is_active=True)
    return rows.exclude(kind=ResourceKind.MATERIAL).order_by("pk")


def meant(organization: Organization, said: Mapping[str, str]) -> dict[str, str | None]:
    """What was said of folded names, as a frame takes it; who is no longer there is as if nothing had been said."""
    chosen = [int(decided) for decided in said.values() if decided.isdigit()]
    names = dict(people_of(organization).filter(pk__in=chosen).values_list("pk", "name")) if chosen else {}
    found: dict[str, str | None] = {}
    for key, decided in said.items():
        if decided in {NEW, OUT}:
            found[key] = "" if decided == NEW else None
        elif int(decided) in names:
            found[key] = names[int(decided)]
    return found


def told_of_people(read: Json, frame: Frame, said: Mapping[str, str]) -> Json:
    """Names that are not those of a resource, letter by letter, with how many tasks they stand at; those without a decision first."""
    counts = Counter(name for task in read["tasks"] if not task["summary"] for name in task["people"])
    named = {name: frame.people.get(folded_name(name), "") for name in counts}
    open_names = [name for name, called in named.items() if folded_name(called) != folded_name(name)]
    open_names.sort(key=lambda name: folded_name(name) in said)
    return {
        "unknown": [[name, counts[name], named[name]] for name in open_names[:MOST_PEOPLE]],
        "unknown_count": len(open_names),
        "people_said": dict(said),
    }


def people_sent(data: QueryDict, table: Json) -> dict[str, str]:
    """What was said before, and what was sent now of the names that the page shows."""
    shown = {folded_name(name) for name, _count, _called in table.get("unknown", ())}
    sent = {folded_name(name): decided for name, decided in decided_names(data)}
    before: dict[str, str] = table.get("people_said", {})
    return before | {key: decided for key, decided in sent.items() if key in shown}


def shown_people(table: Json, organization: Organization) -> list[dict[str, Any]]:
    """For each name what is chosen, and what else there is to choose, as the preview of a paste has it."""
    # A table that was kept by the version before has no names.
    if not table.get("unknown"):
        return []
    by_name: dict[str, Resource] = {}
    for row in people_of(organization).only("pk", "name", "kana"):
        by_name.setdefault(folded_name(row.name), row)
    rows = sorted(by_name.values(), key=lambda row: (row.kana, row.name))
    ids = {str(row.pk) for row in rows}
    people = []
    for name, count, called in table["unknown"]:
        guess = by_name.get(folded_name(called))
        chosen = table["people_said"].get(folded_name(name), "")
        if chosen not in ids | {NEW, OUT}:
            chosen = str(guess.pk) if guess else NEW if table["makes_people"] else OUT
        offered = [row for at, row in enumerate(rows) if at < _OFFERED or str(row.pk) == chosen]
        people.append(
            {
                "name": name,
                "count": count,
                "chosen": chosen,
                "choices": [(str(row.pk), row.name) for row in offered],
            }
        )
    return people
