"""Custom fields: columns that an organization adds to its plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.models.base import TenantModel

if TYPE_CHECKING:
    from projects.models import Project

LONGEST_NAME: Final = 60
LONGEST_HELP: Final = 300
LONGEST_FORMULA: Final = 1_000


class FieldKind(models.TextChoices):
    """What the values of a field are. It never changes: what is stored would no longer be read."""

    TEXT = "text", _("テキスト")
    NUMBER = "number", _("数値")
    MONEY = "money", pgettext_lazy("kind of field", "金額")
    DATE = "date", _("日付")
    DURATION = "duration", _("期間")
    FLAG = "flag", _("フラグ（はい・いいえ）")
    CHOICE = "choice", _("選択リスト")


class RollUp(models.TextChoices):
    """What a summary shows of the tasks under it."""

    NONE = "", _("まとめない（サマリーにも入力する）")
    SUM = "sum", _("合計")
    MIN = "min", _("最小（日付は最も早い日）")
    MAX = "max", _("最大（日付は最も遅い日）")
    AVERAGE = "average", _("平均")
    ANY = "any", _("1つでも「はい」なら「はい」")
    ALL = "all", _("すべて「はい」なら「はい」")


_AMOUNTS: Final = (RollUp.NONE, RollUp.SUM, RollUp.MIN, RollUp.MAX, RollUp.AVERAGE)
#: Which rules a kind knows.
ROLL_UPS: Final[dict[str, tuple[RollUp, ...]]] = {
    FieldKind.TEXT: (RollUp.NONE,),
    FieldKind.NUMBER: _AMOUNTS,
    FieldKind.MONEY: _AMOUNTS,
    FieldKind.DATE: (RollUp.NONE, RollUp.MIN, RollUp.MAX),
    FieldKind.DURATION: _AMOUNTS,
    FieldKind.FLAG: (RollUp.NONE, RollUp.ANY, RollUp.ALL),
    FieldKind.CHOICE: (RollUp.NONE,),
}


class Tone(models.TextChoices):
    """The lights of a mark, the gravest first."""

    RED = "red", _("赤")
    YELLOW = "yellow", _("黄")
    GREEN = "green", _("緑")


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    """Custom fields, as projects use them."""

    def used_in(self, project: Project) -> CustomFieldQuerySet:
        """Those that the plan of a project uses, in no order; retired ones are not used."""
        return self.filter(
            organization_id=project.organization_id, pk__in=project.field_ids, retired_at__isnull=True
        )


class CustomField(TenantModel):
    """A column that an organization has declared; projects use those that they need (`Project.field_ids`).

    It has one name, in the language of the organization, as projects and tasks have.
    """

    name = models.CharField(_("名前"), max_length=LONGEST_NAME)
    help = models.CharField(_("説明"), max_length=LONGEST_HELP, blank=True)
    kind = models.CharField(_("種類"), max_length=10, choices=FieldKind.choices, default=FieldKind.TEXT)
    #: [[key, label], …]: rows hold the key, so that a choice can be renamed; those with a third value are offered no more.
    choices = models.JSONField(_("選択肢"), default=list, blank=True)
    roll_up = models.CharField(
        _("サマリーへのまとめ方"), max_length=10, choices=RollUp.choices, blank=True, default=RollUp.NONE
    )
    #: What its values are computed by, with columns by their names (`tasks/sheet/formulas.py`); without one they are typed.
    formula = models.TextField(_("数式"), blank=True, default="", db_default="")
    #: [[tone, condition], …]: the first condition that holds gives a row its mark.
    marks = models.JSONField(_("信号"), default=list, db_default=Value([], models.JSONField()), blank=True)
    position = models.PositiveIntegerField(_("順序"), default=0)
    created_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        db_table = "custom_fields"
        verbose_name = verbose_name_plural = _("カスタムフィールド")
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="custom_field_has_a_name_of_its_own"),
            models.CheckConstraint(name="custom_field_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="custom_field_kind_is_known", condition=Q(kind__in=FieldKind.values)),
            models.CheckConstraint(
                name="custom_field_roll_up_is_known", condition=Q(roll_up__in=RollUp.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """What a form of an operator has to be told; the page says it of itself."""
        if self.roll_up not in ROLL_UPS.get(self.kind, ()):
            raise ValidationError({"roll_up": _("この種類のフィールドには使えないまとめ方です。")})
        if self.kind == FieldKind.CHOICE and not self.choices:
            raise ValidationError({"kind": _("選択リストは、カスタムフィールドのページで加えてください。")})

    @property
    def column(self) -> str:
        """What the sheet, addresses, rows and the record call it: m12 where it holds amounts (`projects.models.money.is_amount`), else f12."""
        return f"{'m' if self.kind == FieldKind.MONEY else 'f'}{self.pk}"
