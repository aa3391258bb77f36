"""What programs were answered under keys of their own, so that a request that is sent again does nothing twice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import psycopg
from django.db import OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.errors import Refusal, RuleBrokenError
from projects.models import ApiAnswer

if TYPE_CHECKING:
    from projects.models import ApiToken

#: So long a key is known; who sends again does so within minutes.
KEPT: Final = timedelta(days=2)
#: It waits for another request under the same key, until that one has ended.
_BEGIN: Final = """
INSERT INTO api_answers (organization_id, token_id, key, request_hash, created_at)
VALUES (%s, %s, %s, %s, %s) ON CONFLICT (token_id, key) DO NOTHING
"""


class KeyInUseError(Refusal):
    """Another request under the same key takes longer than one waits for it."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "同じ Idempotency-Key の依頼を、いま処理しています。少し待ってから同じキーで送り直すと、その結果が返ります。"
            ),
            field="Idempotency-Key",
        )


def begin_answer(*, token: ApiToken, key: str, request_hash: str) -> ApiAnswer | None:
    """Take a key in the open transaction; the answer that there is where it was used before.

    Raises RuleBrokenError for another request, and KeyInUseError where the first one under the key has not ended in time.
    """
    now = timezone.now()
    ApiAnswer.objects.filter(token=token, created_at__lt=now - KEPT).delete()
    with connection.cursor() as cursor:
        try:
            cursor.execute(_BEGIN, [token.organization_id, token.pk, key, request_hash, now])
        except OperationalError as error:
            if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise KeyInUseError from error
            raise
        if cursor.rowcount:
            return None
    found = ApiAnswer.objects.get(token=token, key=key)
    if found.request_hash != request_hash:
        raise RuleBrokenError(
            _("この Idempotency-Key は、別の内容の依頼で使われています。新しいキーを付けてください。"),
            field="Idempotency-Key",
        )
    return found


def keep_answer(*, token: ApiToken, key: str, status: int, body: Any) -> None:
    """Keep what is answered, with the change that it tells of."""
    ApiAnswer.objects.filter(token=token, key=key).update(status=status, body=body)
