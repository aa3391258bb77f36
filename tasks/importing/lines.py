"""What the pages of an import show: sentences in the reader's language, figures as offices write them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from config.web.formats import NONE, day_plain, days
from tasks.importing.words import notice_text

#: So many notices are shown at once; the rest is behind a fold.
SHOWN_AT_ONCE: Final = 8


def notices(summary: dict[str, Any], kind: str, *, without: Collection[str] = ()) -> dict[str, Any]:
    """The notices of a kind as sentences, but those of some codes: the first ones, the others, and how many there are."""
    sentences = [
        notice_text(item["code"], item["params"])
        for item in summary.get("notices", ())
        if item["kind"] == kind
        and item["code"] not in without
        and not (item["code"] == "more_notices" and item["params"]["code"] in without)
    ]
    return {
        "first": sentences[:SHOWN_AT_ONCE],
        "rest": sentences[SHOWN_AT_ONCE:],
        "count": len(sentences),
    }


def sample_rows(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """The first rows of the plan, as they will be."""
    return [
        {
            **row,
            "start_text": day_plain(row["start"]),
            "finish_text": day_plain(max(row["finish"] - 1, row["start"])),
            "duration_text": NONE
            if row["is_milestone"] or (row["is_summary"] and not row["duration"])
            else days(row["duration"], summary["minutes_per_day"]),
        }
        for row in summary["sample"]
    ]
