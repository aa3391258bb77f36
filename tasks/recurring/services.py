"""Templates of projects that come again: added, edited, paused, deleted; and single periods, skipped or tried again."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from config.web import formats
from projects.changes import changing_organization
from projects.errors import RuleBrokenError, StaleRevisionError
from projects.models import OrganizationMember, Project
from projects.permissions import Right
from projects.worktime.errors import WorktimeError
from tasks.models import RecurringPeriod, RecurringProject
from tasks.models.recurring import MOST_PERIODS
from tasks.plan.refusals import refused
from tasks.recurring.lines import read_lines
from tasks.recurring.making import make_period
from tasks.recurring.periods import Office, Period, named_days, periods_of
from tasks.recurring.rules import RuleRefused, read_rule
from tasks.recurring.words import sentence_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projects.changes import Recorder
    from projects.models import Organization, User
    from projects.permissions import System

EDITABLE: Final = (
    "name", "code_prefix", "description", "source_id", "task_lines", "copies_people", "rule", "first_on",
    "length_days", "budget", "holiday_rule", "lead_days", "leader_id",
)  # fmt: skip
LONGEST_DAYS: Final = 1_000
LONGEST_LEAD: Final = 366
#: A planner who asks by hand is not bound to what the job tries by itself.
BY_HAND: Final = 30_000
State = RecurringPeriod.State


def revision_of(template: RecurringProject) -> int:
    """A number that is another one when a field is: what a form was made from."""
    values = [getattr(template, name) for name in EDITABLE]
    # Decimal 0 and 0.00 are one amount.
    values = [int(value) if isinstance(value, Decimal) else value for value in values]
    return zlib.crc32(json.dumps(values, cls=DjangoJSONEncoder).encode())


def add_recurring(
    *, organization: Organization, actor: User | System, fields: Mapping[str, Any]
) -> RecurringProject:
    """A new template. Its first projects are made by the next run of the job."""
    template = RecurringProject(organization=organization, **fields)
    with changing_organization(organization, actor=actor, needs=Right.CREATE_PROJECT) as record:
        _check(template)
        _save(template)
        record("recurring.added", target=template, after=_plain(template, EDITABLE))
    return template


def edit_recurring(
    *, recurring: RecurringProject, actor: User | System, changes: Mapping[str, Any], today: date,
    revision: int | None = None,
) -> frozenset[str]:  # fmt: skip
    """Change a template, and with it the periods that are not made yet; returns the names of the changed fields."""
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    with _locked(recurring, actor) as record:
        if revision is not None and revision != revision_of(recurring):
            raise StaleRevisionError(seen=revision, current=revision_of(recurring))
        changed = [name for name, value in changes.items() if getattr(recurring, name) != value]
        if not changed:
            return frozenset()
        before, known = _plain(recurring, changed), set(named_days(recurring))
        for name in changed:
            setattr(recurring, name, changes[name])
        _check(recurring)
        _check_past(recurring, known, today)
        _save(recurring, update_fields=changed)
        record("recurring.edited", target=recurring, before=before, after=_plain(recurring, changed))
    return frozenset(changed)


def set_active(*, recurring: RecurringProject, actor: User | System, is_active: bool) -> None:
    """Pause a template, or let it go on: what ended meanwhile is not made up for."""
    with _locked(recurring, actor) as record:
        if recurring.is_active != is_active:
            recurring.is_active = is_active
            recurring.save(update_fields=["is_active"])
            record("recurring.resumed" if is_active else "recurring.paused", target=recurring)


def delete_recurring(*, recurring: RecurringProject, actor: User | System) -> None:
    """Forget a template and its periods; the projects that it made stay."""
    with _locked(recurring, actor) as record:
        record("recurring.deleted", target=recurring, before=_plain(recurring, EDITABLE))
        recurring.delete()


def skip_period(*, recurring: RecurringProject, on: date, reason: str, actor: User | System) -> None:
    """Leave one period out, with the reason; a failed one too."""
    reason = reason.strip()
    if not reason:
        raise RuleBrokenError(_("見送る理由を入力してください。"), field="reason")
    with _locked(recurring, actor) as record:
        row = RecurringPeriod.objects.filter(recurring=recurring, period_on=on).first()
        if row is None:
            period = _period(recurring, on)
            row = RecurringPeriod(
                organization_id=recurring.organization_id,
                recurring=recurring,
                period_on=on,
                starts_on=period.starts_on,
            )
        elif row.state == State.MADE:
            raise RuleBrokenError(
                _("%(day)s の回はもう作成されています。いらないときは、プロジェクトを削除してください。")
                % {"day": formats.day(on)}
            )
        row.state, row.reason = State.SKIPPED, reason[:300]
        row.save()
        record("recurring.skipped", target=recurring, after={"period": on, "reason": row.reason})


def unskip_period(*, recurring: RecurringProject, on: date, actor: User | System, today: date) -> None:
    """Take a skip back, as long as the period has not passed."""
    with _locked(recurring, actor) as record:
        period = _period(recurring, on)
        row = RecurringPeriod.objects.filter(recurring=recurring, period_on=on, state=State.SKIPPED).first()
        if row is None:
            raise RuleBrokenError(
                _("%(day)s の回は見送られていません。表示を更新してください。") % {"day": formats.day(on)}
            )
        if period.ends_on < today:
            raise RuleBrokenError(
                _("%(day)s の回は期間が過ぎているため、元に戻せません。") % {"day": formats.day(on)}
            )
        record("recurring.unskipped", target=recurring, before={"period": on, "reason": row.reason})
        row.delete()


def retry_period(
    *, recurring: RecurringProject, on: date, actor: User | System, today: date
) -> RecurringPeriod:
    """Try a failed period again, now. The row that comes back says how it went."""
    with _locked(recurring, actor) as record:
        _period(recurring, on)
        failed = RecurringPeriod.objects.filter(recurring=recurring, period_on=on, state=State.FAILED)
        if not failed.exists():
            raise RuleBrokenError(
                _("%(day)s の回は失敗していません。表示を更新してください。") % {"day": formats.day(on)}
            )
        record("recurring.retried", target=recurring, after={"period": on})
    # After the unit of work: what it opens and has to undo is no part of this change.
    made = make_period(recurring_id=recurring.pk, on=on, today=today, actor=actor, most_retries=BY_HAND)
    return made or RecurringPeriod.objects.get(recurring=recurring, period_on=on)


@contextmanager
def _locked(recurring: RecurringProject, actor: User | System) -> Iterator[Recorder]:
    """The unit of work of the organization, with the template as it stands now; who makes its projects waits."""
    organization = recurring.organization
    with changing_organization(organization, actor=actor, needs=Right.CREATE_PROJECT) as record:
        RecurringProject.objects.select_for_update(no_key=True).get(pk=recurring.pk)
        recurring.refresh_from_db()
        yield record


def _period(recurring: RecurringProject, on: date) -> Period:
    try:
        for period in periods_of(recurring, Office(recurring.organization_id)):
            if period.on == on:
                return period
    except WorktimeError as error:
        raise refused(error) from error
    raise RuleBrokenError(
        _("%(day)s の回はもうありません。繰り返しが変わったようです。表示を更新してください。")
        % {"day": formats.day(on)}
    )


def _plain(template: RecurringProject, names: tuple[str, ...] | list[str]) -> dict[str, Any]:
    return {name.removesuffix("_id"): getattr(template, name) for name in names}


# -- rules ---------------------------------------------------------------------------------------------------


def _check(template: RecurringProject) -> None:
    """What must hold; the rule is kept in one spelling."""
    for field in ("name", "code_prefix"):
        setattr(template, field, getattr(template, field).strip())
    if not template.name:
        raise RuleBrokenError(_("名称を入力してください。"), field="name")
    _check_prefix(template)
    _check_amounts(template)
    _check_plan(template)
    members = OrganizationMember.objects.filter(organization=template.organization_id, user__is_active=True)
    if not members.filter(user=template.leader_id).exists():
        raise RuleBrokenError(
            _("この人は組織にいないため、リーダーにできません。一覧から選び直してください。"), field="leader"
        )
    template.rule = checked_rule(template.rule, template.first_on)


def checked_rule(text: str, first_on: date) -> str:
    """The rule in its kept spelling. Raises RuleBrokenError when it cannot be read or names no day."""
    try:
        rule = read_rule(text, most=MOST_PERIODS)
    except RuleRefused as refusal:
        raise RuleBrokenError(sentence_of(refusal, most=MOST_PERIODS), field="rule") from refusal
    if not any(rule.days(first_on, most=1, years=5)):
        raise RuleBrokenError(
            _("この繰り返しでは、%(day)s からの5年間に1回もありません。繰り返しか最初の日を変えてください。")
            % {"day": formats.day(first_on)},
            field="rule",
        )
    return rule.text


def _save(template: RecurringProject, **how: Any) -> None:
    """Two people who choose one prefix at the same moment meet the constraint."""
    try:
        with transaction.atomic():
            template.save(**how)
    except IntegrityError:
        _check_prefix(template)
        raise


def _check_prefix(template: RecurringProject) -> None:
    prefix = template.code_prefix
    if not prefix or any(letter.isspace() for letter in prefix):
        raise RuleBrokenError(_("コードの先頭を、空白なしで入力してください。"), field="code_prefix")
    others = RecurringProject.objects.filter(organization=template.organization_id, code_prefix=prefix)
    owner = others.exclude(pk=template.pk).values_list("name", flat=True).first()
    if owner is not None:
        raise RuleBrokenError(
            _("「%(owner)s」が使っています。別のコードにしてください。") % {"owner": owner},
            field="code_prefix",
        )


def _check_amounts(template: RecurringProject) -> None:
    if not 1 <= template.length_days <= LONGEST_DAYS:
        raise RuleBrokenError(
            _("長さは1日から%(most)d日までにしてください。") % {"most": LONGEST_DAYS}, field="length_days"
        )
    if not 0 <= template.lead_days <= LONGEST_LEAD:
        raise RuleBrokenError(
            _("0日前から%(most)d日前までにしてください。") % {"most": LONGEST_LEAD}, field="lead_days"
        )
    if template.budget < 0:
        raise RuleBrokenError(_("予算は0円以上にしてください。"), field="budget")


def _check_plan(template: RecurringProject) -> None:
    if template.source_id is not None:
        sources = Project.objects.alive().filter(organization=template.organization_id)
        if not sources.filter(pk=template.source_id).exists():
            raise RuleBrokenError(
                _("このプロジェクトは元にできません。コードを確かめてください。"), field="source"
            )
    elif not read_lines(template.task_lines):
        raise RuleBrokenError(_("元にするプロジェクトを選ぶか、タスクを書いてください。"), field="task_lines")


def _check_past(template: RecurringProject, known: set[date], today: date) -> None:
    """A new rule makes nothing of days that have passed: only coming periods follow an edit."""
    # A day that holidays move back begins a little before the day that is named.
    invented = [day for day in named_days(template) if day < today and day not in known]
    if invented:
        raise RuleBrokenError(
            _(
                "変えた繰り返しは、過ぎた日（%(day)s）から始まります。最初の日を %(tomorrow)s 以後にしてください。"
            )
            % {"day": formats.day(invented[0]), "tomorrow": formats.day(today + timedelta(days=1))},
            field="first_on",
        )
