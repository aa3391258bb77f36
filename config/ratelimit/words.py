"""What is said to a user who asked too often: which limit it is, and when to come back."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

BUSY: Final = gettext_lazy("短い時間に操作が集中しました。")
REASONS: Final = {
    "api_global": gettext_lazy(
        "このネットワークから、サインインしていないアクセスが集中しています。サインインすれば続けられます。"
    ),
    "auth_login": gettext_lazy("サインインの試行が続いています。"),
    "auth_login_address": gettext_lazy("このネットワークからのサインインが集中しています。"),
    "sign_in": gettext_lazy("このネットワークからのサインインが集中しています。"),
    "report_generation": gettext_lazy("1時間に作成できるレポートの数に達しました。"),
}
#: From so many seconds on people count in minutes.
IN_MINUTES: Final = 100


def words_of(limit: str, seconds: int) -> str:
    """Two sentences: what is too much, and how long to wait."""
    return _("%(reason)s%(wait)s") % {"reason": REASONS.get(limit, BUSY), "wait": _wait(seconds)}


def _wait(seconds: int) -> str:
    if seconds < IN_MINUTES:
        text = ngettext(
            "%(count)s秒ほど待ってから、もう一度お試しください。",
            "%(count)s秒ほど待ってから、もう一度お試しください。",
            seconds,
        )
        return text % {"count": seconds}
    minutes = -(-seconds // 60)
    text = ngettext(
        "%(count)s分ほど待ってから、もう一度お試しください。",
        "%(count)s分ほど待ってから、もう一度お試しください。",
        minutes,
    )
    return text % {"count": minutes}
