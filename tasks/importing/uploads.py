"""An uploaded file, kept as it came until it is imported, together with what an import of it would do."""

from __future__ import annotations

import gzip
import hashlib
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
from tasks.importing.preview import examine, summary_of
from tasks.importing.reading import PlanFileError
from tasks.importing.services import check_is_empty
from tasks.models import PlanImport

if TYPE_CHECKING:
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
    examined = examine(stream, partial(frame_of, organization, project))
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
            summary=summary_of(examined, file_name, organization.pk),
        )
        note_upload(kept, "upload.kept")
    return kept


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
