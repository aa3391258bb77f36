"""Refusals that a person reads: what, why, and what to do now."""

from typing import ClassVar

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A change that will not happen; the message is a sentence for the person who asked."""

    status: ClassVar[int] = 422

    def __init__(self, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class RuleBrokenError(Refusal):
    """A rule about the data says no."""


class StaleRevisionError(Refusal):
    """Another user changed the plan since the form was opened."""

    status = 409

    def __init__(self, *, seen: int, current: int) -> None:
        super().__init__(
            _(
                "ほかの人が先にこのプロジェクトを変更しました。表示を更新して、変更の内容を確認してからもう一度保存してください。"
            )
        )
        self.seen, self.current = seen, current


class NotAllowedError(PermissionDenied):
    """The role of this person does not carry the right."""

    def __init__(self, right: str, *, roles: str = "", of_organization: bool = False) -> None:
        if not roles:
            text = _("この操作をする権限がありません。プロジェクトのリーダーに依頼してください。")
        elif of_organization:
            text = _("この操作ができる役割は%(roles)sです。必要なら、組織の管理者に依頼してください。")
        else:
            text = _(
                "この操作ができる役割は%(roles)sです。必要なら、プロジェクトのリーダーに依頼してください。"
            )
        super().__init__(text % {"roles": roles} if roles else text)
        self.right = right
