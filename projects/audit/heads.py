"""The ends of the record's chains, kept outside of the database once a day.

A hash chain shows a line that was changed or taken out of its middle; that its last lines were cut off shows only by
comparing with an end that was written down elsewhere.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from projects.models import AuditEntry, InstallationEntry


def export_audit_heads(*, today: date) -> Path:
    """Write the last entry of every chain as JSON lines, one file a day; a second run writes the same file anew."""
    folder = Path(settings.AUDIT_HEADS_FOLDER)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = [json.dumps(head, sort_keys=True) for head in heads()]
    path = folder / f"{today:%Y-%m-%d}.jsonl"
    written = path.with_suffix(".new")
    written.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    written.replace(path)
    return path


def heads(*, using: str = "default") -> list[dict[str, Any]]:
    """Organization, project (none for the organization's own chain), sequence and hash of each chain's end.

    The chain of the installation has neither.
    """
    place = Window(RowNumber(), partition_by=["organization", "project"], order_by=F("sequence").desc())
    rows = (
        AuditEntry.objects.using(using)
        .annotate(place=place)
        .filter(place=1)
        .order_by("organization", "project")
    )
    ends = InstallationEntry.objects.using(using).order_by("-sequence").values("sequence", "hash")[:1]
    return [
        *({"organization_id": None, "project_id": None, **end} for end in ends),
        *(dict(row) for row in rows.values("organization_id", "project_id", "sequence", "hash")),
    ]
