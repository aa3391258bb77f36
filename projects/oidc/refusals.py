"""Why a person is not let in, in words for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from projects.models import User


class RefusalReason(models.TextChoices):
    """What went wrong; the value goes into the record and the log, the label onto the page."""

    BROKEN_OFF = "broken_off", _("サインインの手続きが途中で切れました。もう一度サインインしてください。")
    DECLINED = "declined", _("会社の認証サービスでサインインが完了しませんでした。もう一度お試しください。")
    NOT_PROVEN = (
        "not_proven",
        _("会社の認証サービスからの応答を確認できませんでした。繰り返すときは、運用者に連絡してください。"),
    )
    NO_PLACE = (
        "no_place",
        _("このアカウントは、どの組織にも登録されていません。組織の管理者に登録を依頼してください。"),
    )
    SWITCHED_OFF = (
        "switched_off",
        _("このアカウントは停止されています。組織の管理者に連絡してください。"),
    )
    NO_SECOND_FACTOR = (
        "no_second_factor",
        _(
            "管理者として使うには、2段階認証が必要です。認証アプリなどを設定してから、もう一度サインインしてください。"
        ),
    )


class SignInRefusedError(Exception):
    """No user is signed in; `user` is who it would have been, where that is certain."""

    def __init__(self, reason: RefusalReason, *, user: User | None = None, detail: str = "") -> None:
        super().__init__(f"{reason.value} {detail}".strip())
        self.reason, self.user = reason, user
