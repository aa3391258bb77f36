"""What is recorded of people and machines; all of it shows in lists, and some of it changes what a person can do on a day."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.actions import Action, ActionGroup, Touch, declare

LISTS = Touch.LISTS
DAYS = Touch.LISTS | Touch.CAPACITY

declare(
    ActionGroup("resource", _("リソース")),
    Action("resource.added", _("{what}をリソースに加えました"), touches=DAYS),
    Action("resource.edited", _("リソース{what}を変えました"), touches=DAYS),
    Action("resource.removed", _("リソースを削除しました"), touches=DAYS),
    Action("resource.deactivated", _("リソース{what}を使わないことにしました"), touches=LISTS),
    Action("resource.activated", _("リソース{what}をまた使うことにしました"), touches=LISTS),
)
declare(
    ActionGroup("skill", _("スキル")),
    Action("skills.changed", _("{what}のスキルを変えました"), touches=LISTS),
    Action("skill.added", _("スキルを加えました"), touches=LISTS),
    Action("skill.edited", _("スキルの名称を変えました"), touches=LISTS),
    Action("skill.renamed", _("スキルの名称を変えました"), touches=LISTS),
    Action("skill.removed", _("スキルを削除しました"), touches=LISTS),
    Action("resourceskill.added", _("スキルを加えました"), touches=LISTS),
    Action("resourceskill.edited", _("スキルのレベルを変えました"), touches=LISTS),
    Action("resourceskill.removed", _("スキルを削除しました"), touches=LISTS),
)
declare(
    ActionGroup("absence", _("不在")),
    Action("absence.added", _("不在を登録しました"), touches=DAYS),
    Action("absence.edited", _("不在を変えました"), touches=DAYS),
    Action("absence.removed", _("不在を取り消しました"), touches=DAYS),
)
declare(
    ActionGroup("rate", _("単価")),
    Action("rate.added", _("単価を登録しました"), touches=LISTS),
    Action("rate.edited", _("単価を変えました"), touches=LISTS),
    Action("rate.removed", _("単価を削除しました"), touches=LISTS),
    Action("resourcerate.added", _("単価を登録しました"), touches=LISTS),
    Action("resourcerate.edited", _("単価を変えました"), touches=LISTS),
    Action("resourcerate.removed", _("単価を削除しました"), touches=LISTS),
)
