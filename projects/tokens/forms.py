"""What a person says of a new token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.models import Project, TokenScope
from projects.models.tokens import MOST_PROJECTS

if TYPE_CHECKING:
    from projects.models import Organization, User

#: Days that a token may live, the usual one first of all that are offered.
LIFETIMES: Final = ((90, _("90日")), (30, _("30日")), (180, _("180日")), (365, _("1年")))


class TokenForm(forms.Form):
    """Name, scope, lifetime and projects of a token."""

    name = forms.CharField(
        label=_("名前"), max_length=80, help_text=_("使うプログラムがわかる名前。例：基幹システム連携")
    )
    token_scope = forms.ChoiceField(
        label=_("できること"), choices=TokenScope.choices,
        help_text=_("あなたの権限を超えることはできません。必要な範囲だけを選んでください。"),
    )  # fmt: skip
    days = forms.TypedChoiceField(label=_("有効期間"), choices=LIFETIMES, coerce=int)
    codes = forms.CharField(
        label=_("プロジェクト"), required=False, max_length=2_000,
        help_text=_("使えるプロジェクトのコードを、読点かカンマで区切って入力します。空欄なら、あなたが見られるすべてのプロジェクトです。"),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._visible = Project.objects.visible_to(user).filter(organization=organization)

    def clean_codes(self) -> list[Project]:
        """The projects of the codes, as far as the person sees them; each has to be one."""
        text = self.cleaned_data["codes"].replace("、", ",").replace("，", ",")
        codes = list(dict.fromkeys(code.strip() for code in text.split(",") if code.strip()))
        if len(codes) > MOST_PROJECTS:
            raise forms.ValidationError(
                _("プロジェクトは%(most)d件までです。"), params={"most": MOST_PROJECTS}
            )
        found = {project.code: project for project in self._visible.filter(code__in=codes)}
        missing = [code for code in codes if code not in found]
        if missing:
            message = _("コード「%(code)s」のプロジェクトが見つかりません。")
            raise forms.ValidationError(message, params={"code": missing[0][:50]})
        return list(found.values())
