"""What is typed about a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.sheet.viewing.services import NEEDS, Keeping

if TYPE_CHECKING:
    from collections.abc import Collection

    from projects.permissions import Right


class NameForm(forms.Form):
    """What a view is called."""

    name = forms.CharField(label=_("名前"), max_length=60)


class SaveForm(NameForm):
    """A view to be kept, for whom its user may keep one."""

    keeping = forms.TypedChoiceField(
        label=_("見える人"), coerce=Keeping, widget=forms.RadioSelect, initial=Keeping.OWN
    )

    def __init__(self, *args: Any, rights: Collection[Right], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            Keeping.OWN: _("自分だけ"),
            Keeping.PROJECT: _("このプロジェクトを見る全員"),
            Keeping.ORGANIZATION: _("組織のすべてのプロジェクトの全員"),
        }
        field = self.fields["keeping"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            (str(keeping), word)
            for keeping, word in words.items()
            if keeping not in NEEDS or NEEDS[keeping] in rights
        ]
