"""Files on tasks: what may be kept, where its bytes go, and who may take it away."""

from __future__ import annotations

import codecs
import hashlib
import logging
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import puremagic
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web.scanning import ScannerAwayError, infection
from config.web.stored import StoreAwayError
from projects.changes import changing
from projects.errors import NotAllowedError, RuleBrokenError
from projects.permissions import Right, rights_in
from tasks.models import TaskAttachment

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from projects.models import User
    from tasks.models import Task

_log = logging.getLogger(__name__)
MOST_BYTES: Final = 25 * 2**20
MOST_FILES: Final = 50
HEAD_BYTES: Final = 8_192
#: What is kept, by what its first bytes say. Everything else that is no text is refused: above all what a browser runs.
KEPT: Final[dict[str, tuple[str, ...]]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/zip": (".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"),
    "application/x-ole-storage": (".doc", ".xls", ".ppt", ".mpp", ".msg", ".vsd"),
    "text/plain": (".txt", ".csv", ".md", ".log", ".tsv"),
}
#: The same kinds under the names that the signatures give them.
_ZIP = "application/zip"
_OLE = "application/x-ole-storage"
_ALIKE: Final = {
    "image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "application/x-zip-compressed": _ZIP,
    "application/msword": _OLE, "application/vnd.ms-excel": _OLE, "application/vnd.ms-powerpoint": _OLE,
}  # fmt: skip


def add_attachment(*, task: Task, file: UploadedFile[bytes], actor: User) -> TaskAttachment:
    """Keep a file on a task.

    Raises RuleBrokenError for one that is too large, empty, or of a kind that is not kept, StoreAwayError where none can be kept now.
    """
    name = _name_of(file.name or "")
    if not file.size:
        raise RuleBrokenError(
            _("「%(name)s」は空です。中身のあるファイルを選んでください。") % {"name": name}, field="file"
        )
    if file.size > MOST_BYTES:
        raise RuleBrokenError(
            _("「%(name)s」は大きすぎます。添付できるのは25MBまでです。") % {"name": name}, field="file"
        )
    kind = kind_of(file, name)
    _refuse_infected(file, name)
    with _kept(task, file) as key, changing(task.project, actor=actor, needs=Right.COMMENT) as record:
        if TaskAttachment.objects.filter(task=task, deleted_at__isnull=True).count() >= MOST_FILES:
            raise RuleBrokenError(
                _("1つのタスクに添付できるのは50件までです。要らないものを削除してください。"), field="file"
            )
        attachment = TaskAttachment.objects.create(
            organization_id=task.organization_id, project_id=task.project_id, task=task, name=name, content_type=kind,
            byte_count=file.size, sha256=_sha256(file), key=key, uploaded_by=actor,
        )  # fmt: skip
        record("attachment.added", target=task, after={"file": name, "sha256": attachment.sha256})
    return attachment


def _refuse_infected(file: UploadedFile[bytes], name: str) -> None:
    """Before anything of it is kept; where a scanner is named, a file that it could not look at is refused, too."""
    try:
        found = infection(file.chunks())
    except ScannerAwayError:
        _log.warning("The virus scanner does not answer", exc_info=True)
        raise RuleBrokenError(
            _("「%(name)s」のウイルス検査ができませんでした。しばらくしてからもう一度添付してください。")
            % {"name": name},
            field="file",
        ) from None
    finally:
        file.seek(0)
    if found:
        _log.warning("An attachment was refused by the virus scanner: %s", found)
        raise RuleBrokenError(
            _(
                "「%(name)s」からウイルスが見つかったため、添付しませんでした（%(found)s）。システム管理者に知らせてください。"
            )
            % {"name": name, "found": found},
            field="file",
        )


@contextmanager
def _kept(task: Task, file: UploadedFile[bytes]) -> Iterator[str]:
    """The name of its bytes, which go again where what follows fails.

    Before the project is locked: a store that lets one wait must not hold up all who work on the plan.
    """
    # Nothing of the name that the sender chose becomes a path.
    token = secrets.token_hex(16)
    key = default_storage.save(f"attachments/{task.organization_id}/{token[:2]}/{token}", file)
    try:
        yield key
    except BaseException:
        _forget(key)
        raise


def _sha256(file: UploadedFile[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def remove_attachment(*, attachment: TaskAttachment, actor: User) -> None:
    """Take a file away: one's own, or any with the right to plan."""
    project = attachment.task.project
    rights = rights_in(actor, project)
    if not (Right.EDIT_PLAN in rights or (Right.COMMENT in rights and attachment.uploaded_by_id == actor.pk)):
        raise NotAllowedError(Right.EDIT_PLAN)
    with changing(project, actor=actor, needs=Right.COMMENT) as record:
        TaskAttachment.objects.filter(pk=attachment.pk).update(deleted_at=timezone.now())
        record("attachment.removed", target=attachment.task, before={"file": attachment.name})


def forget_bytes(*, instance: TaskAttachment, using: str, **_signal: Any) -> None:
    """A row that goes for good takes its bytes along, once that is certain."""
    transaction.on_commit(lambda: _forget(instance.key), using=using)


def _forget(key: str) -> None:
    """Where that fails they are known to no row any more: an operator hears of it, and what is under way goes on."""
    try:
        default_storage.delete(key)
    except (StoreAwayError, OSError):
        _log.exception("The bytes of a removed attachment are still there: %s", key)


def _name_of(typed: str) -> str:
    """The last part of what the browser sent, without anything that steers a terminal or turns the writing around."""
    last = PurePosixPath(typed.replace("\\", "/")).name
    kept = "".join(
        sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign)[0] != "C"
    )
    kept = kept.strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return (
        f"{stem[: 199 - len(ending)]}{dot}{ending}" if stem and len(ending) < 20 else kept[:200]
    ) or "file"


def kind_of(file: UploadedFile[bytes], name: str) -> str:
    """The content type by the first bytes, if it is one that is kept and the name's ending is one of its own."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    kind = _sniffed(head)
    ending = PurePosixPath(name).suffix.lower()
    if kind not in KEPT or ending not in KEPT[kind]:
        raise RuleBrokenError(
            _(
                "「%(name)s」は添付できない種類のファイルか、中身と拡張子が合いません。PDF、画像、Office、テキスト、ZIPを添付できます。"
            )
            % {"name": name},
            field="file",
        )
    return kind


def _sniffed(head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return _ZIP
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _OLE
    if _is_text(head):
        return "text/plain"
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    for match in found:
        kind: str = _ALIKE.get(match.mime_type, match.mime_type)
        if kind in KEPT and kind != "text/plain":
            return kind
    return ""


def _is_text(head: bytes) -> bool:
    """Writing in UTF-8 or Shift_JIS that no browser takes for a page or a picture."""
    if b"\x00" in head or head.startswith((b"%PDF", b"\x89PNG", b"GIF8")):
        return False
    for encoding in ("utf-8", "cp932"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            # Of a longer file the last character may be cut in half, wherever it begins.
            decoder.decode(head, final=len(head) < HEAD_BYTES)
        except UnicodeDecodeError:
            continue
        begin = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return not begin.startswith((b"<", b"#!"))
    return False
