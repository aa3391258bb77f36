"""An uploaded file, kept as it came until it is imported, together with what an import of it would do."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from config.crypto import UndecryptableError, decrypt_bytes, encrypt_bytes
from projects.changes import changing_organization
from projects.permissions import Right, System, require, require_in_organization
from tasks.importing.frames import frame_of
from tasks.importing.preview import Examined, examine, summary_of
from tasks.importing.reading import PlanFileError
from tasks.importing.services import check_is_empty
from tasks.importing.table_people import told_of_people
from tasks.importing.tables import remembered, told_of
from tasks.interchange.sheets.choices import NO_CHOICES, Choices
from tasks.models import PlanImport

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from projects.models import Organization, Project, User

MOST_UPLOADED_BYTES: Final = 20 * 2**20
#: An upload that was not imported is thrown away after this time.
KEPT_FOR: Final = timedelta(days=1)
_PIECE: Final = 2**16
_GZIP: Final = b"\x1f\x8b"


def keep_upload(
    *, stream: BinaryIO, file_name: str, organization: Organization, actor: User, project: Project | None = None
) -> PlanImport:  # fmt: skip
    """Keep a file with what its import would do; nothing of the plan is made. Raises PlanFileError."""
    if project is None:
        require_in_organization(actor, Right.CREATE_PROJECT, organization)
    else:
        require(actor, Right.EDIT_PLAN, project)
        check_is_empty(project)
    content, digest = _packed(stream)
    stream.seek(0)
    table = TableSaid()
    examined = examine(stream, partial(frame_of, organization, project))
    if examined.table and (known := remembered(organization.pk, examined.table)):
        table = TableSaid(known[0], remembered=known[1])
        stream.seek(0)
        examined = _as_remembered(stream, organization, project, table) or examined
    PlanImport.objects.filter(
        uploaded_by=actor, state=PlanImport.State.PREVIEWED, created_at__lt=timezone.now() - KEPT_FOR
    ).delete()
    with transaction.atomic():
        kept = PlanImport.objects.create(
            organization=organization,
            project=project,
            uploaded_by=actor,
            file_name=PurePath(file_name.replace("\\", "/")).name[:255],
            content=encrypt_bytes(content),
            sha256=digest,
            summary=_summary(examined, file_name, organization, table),
        )
        note_upload(kept, "upload.kept")
    return kept


@dataclass(frozen=True, slots=True)
class TableSaid:
    """What was said of a table: by its user, or when one with the same heads was imported."""

    choices: Choices = NO_CHOICES
    makes_people: bool = True
    #: What becomes of people, by their folded names (`table_people.people_sent`).
    people: Mapping[str, str] = field(default_factory=dict)
    #: The name of the file whose columns meant the same.
    remembered: str = ""


def _as_remembered(
    stream: BinaryIO, organization: Organization, project: Project | None, table: TableSaid
) -> Examined | None:
    """Read with what columns meant in another file; None where that fits this one no longer."""
    try:
        return examine(stream, partial(frame_of, organization, project), table.choices)
    except PlanFileError:
        return None


def _summary(
    examined: Examined, file_name: str, organization: Organization, said: TableSaid
) -> dict[str, Any]:
    summary = summary_of(examined, file_name, organization.pk)
    if examined.table is not None and examined.frame is not None:
        table = told_of(examined.table, examined.plan_file, said.choices, makes_people=said.makes_people)
        people = told_of_people(examined.table, examined.frame, said.people)
        summary["table"] = {**table, **people, "remembered": said.remembered}
    return summary


def read_again(*, plan_import: PlanImport, said: TableSaid) -> None:
    """Read a kept table with what its owner says of it. Raises PlanFileError, and keeps what stood then."""
    frame_for = partial(
        frame_of,
        plan_import.organization,
        plan_import.project,
        makes_people=said.makes_people,
        said=said.people,
    )
    content = PlanImport.objects.only("content").get(pk=plan_import.pk)
    examined = examine(content_of(content), frame_for, said.choices)
    summary = _summary(examined, plan_import.file_name, plan_import.organization, said)
    # One that was sent off meanwhile is made as it was.
    rows = PlanImport.objects.filter(pk=plan_import.pk, state=PlanImport.State.PREVIEWED)
    rows.update(summary=summary, problem=None)


def note_upload(plan_import: PlanImport, action: str) -> None:
    """A line in the organization's record, by the owner of the upload; it is of no project yet."""
    owner = System("import", user=plan_import.uploaded_by)
    with changing_organization(plan_import.organization, actor=owner) as record:
        record(
            action, target=plan_import, after={"file": plan_import.file_name, "sha256": plan_import.sha256}
        )


def _packed(stream: BinaryIO) -> tuple[bytes, str]:
    """The file as gzip, and the hash of it as it came; stops as soon as it is too large."""
    digest = hashlib.sha256()
    packed = BytesIO()
    is_packed = stream.read(2) == _GZIP
    stream.seek(0)
    target: Any = packed if is_packed else gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=5, mtime=0)
    while piece := stream.read(_PIECE):
        digest.update(piece)
        target.write(piece)
        if packed.tell() > MOST_UPLOADED_BYTES:
            raise PlanFileError("upload_too_large", limit_mb=MOST_UPLOADED_BYTES // 2**20)
    if not is_packed:
        target.close()
    return packed.getvalue(), digest.hexdigest()


def fingerprint(stream: BinaryIO) -> str:
    """The hash of a file as it came, by which the record knows it."""
    with stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # any stream of bytes


def content_of(plan_import: PlanImport) -> BinaryIO:
    """The kept file, as it can be read again; raises PlanFileError where the key that it was kept under is gone."""
    content = bytes(plan_import.content or b"")
    if content.startswith(_GZIP):
        return BytesIO(content)  # kept by a process of the version before, during an update
    try:
        return BytesIO(decrypt_bytes(content))
    except UndecryptableError as error:
        raise PlanFileError("key_changed") from error
