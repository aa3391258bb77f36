"""Jobs that were asked for, and those that went wrong for good; they belong to the installation, not to an organization."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.models.people import User


class AskedJob(models.Model):
    """A job in the outbox: written with what it is for, sent to a worker, taken by one, done.

    Outside of the row policies, since a worker finds out from it whose rows it is about. Arguments are ids and words of the
    program. Kept for a day after it has ended, so that a message that comes late finds it done.
    """

    class Outcome(models.TextChoices):
        """How it ended."""

        DONE = "done", pgettext_lazy("job", "完了")
        DEAD = "dead", pgettext_lazy("job", "失敗")
        CANCELLED = "cancelled", pgettext_lazy("job", "中止")

    #: The number of the message; others may send one by themselves.
    id = models.CharField(max_length=155, primary_key=True)
    name = models.CharField(_("ジョブ"), max_length=100)
    arguments = models.JSONField(_("引数"), default=dict)
    #: Hash of name and arguments: the same job, enqueued again before it has begun, is this one.
    key = models.CharField(max_length=64)
    #: The entry of the clock and the moment it was due, for which it is asked once.
    occasion = models.CharField(_("定期実行"), max_length=255, null=True, blank=True, unique=True)  # unique
    queue = models.CharField(_("キュー"), max_length=20)
    request_id = models.CharField(_("リクエスト ID"), max_length=64, blank=True)
    asked_at = models.DateTimeField(_("依頼"))
    #: When a message was sent last; ahead when it comes by itself then; none when the broker was away.
    sent_at = models.DateTimeField(_("送信"), null=True, blank=True)
    started_at = models.DateTimeField(_("開始"), null=True, blank=True)
    #: The last heartbeat of the worker that has it; none when it is to be taken again.
    alive_at = models.DateTimeField(_("最後の応答"), null=True, blank=True)
    ended_at = models.DateTimeField(_("終了"), null=True, blank=True)
    outcome = models.CharField(_("結果"), max_length=10, choices=Outcome, blank=True)
    run_count = models.PositiveSmallIntegerField(_("実行回数"), default=0)
    retry_count = models.PositiveSmallIntegerField(_("再試行"), default=0)
    #: Workers that fell silent over it.
    death_count = models.PositiveSmallIntegerField(_("中断回数"), default=0)
    #: What its worker does now, as the job itself calls it, and how far that is.
    step = models.CharField(_("工程"), max_length=40, blank=True, default="", db_default="")
    progress_percentage = models.PositiveSmallIntegerField(_("進捗率"), default=0, db_default=0)

    class Meta:
        db_table = "asked_jobs"
        verbose_name = verbose_name_plural = _("依頼されたジョブ")
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="job_waits_once",
                condition=Q(started_at__isnull=True, ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="asked_job_ends_somehow",
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes = [
            models.Index(fields=["sent_at"], name="idx_asked_jobs_open", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["ended_at"], name="idx_asked_jobs_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.arguments}"


class DeadJobQuerySet(models.QuerySet["DeadJob"]):
    """Jobs that failed for good."""

    def unresolved(self) -> DeadJobQuerySet:
        """Those that are not resolved yet."""
        return self.filter(resolved_at__isnull=True)


class DeadJob(models.Model):
    """A dead letter: a job that is not tried any more until an operator starts it again or puts it away.

    Outside of the row policies, since only operators see it. It holds ids and words of the program, never what people have
    written: arguments are ids, and the message of the error comes without values (`projects/jobs/dead_letters.py`).
    """

    class Reason(models.TextChoices):
        """Why it was given up."""

        ERROR = "error", pgettext_lazy("job", "エラー")
        TOO_LONG = "too_long", pgettext_lazy("job", "時間切れ")
        KILLED = "killed", pgettext_lazy("job", "ワーカーの停止")

    class Resolution(models.TextChoices):
        """What an operator did."""

        RESTARTED = "restarted", pgettext_lazy("job", "再実行")
        PUT_AWAY = "put_away", pgettext_lazy("job", "対応済み")

    name = models.CharField(_("ジョブ"), max_length=100)
    arguments = models.JSONField(_("引数"), default=dict)
    #: The same job about the same thing is one row until it is looked after: a hash of name and arguments.
    key = models.CharField(max_length=64)
    queue = models.CharField(_("キュー"), max_length=20)
    reason = models.CharField(_("理由"), max_length=10, choices=Reason)
    error = models.CharField(_("エラーの種類"), max_length=100, blank=True)
    message = models.CharField(_("エラーの内容"), max_length=400, blank=True)
    #: Where in the program, innermost first.
    place = models.TextField(_("発生箇所"), blank=True)
    request_id = models.CharField(_("リクエスト ID"), max_length=64, blank=True)
    times = models.PositiveIntegerField(_("回数"), default=1)
    first_failed_at = models.DateTimeField(_("最初の失敗"))
    last_failed_at = models.DateTimeField(_("最後の失敗"))
    resolved_at = models.DateTimeField(_("対応日時"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("対応者")
    )
    resolution = models.CharField(_("対応"), max_length=10, choices=Resolution, blank=True)

    objects = DeadJobQuerySet.as_manager()

    class Meta:
        db_table = "dead_jobs"
        verbose_name = verbose_name_plural = _("失敗したジョブ")
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="job_is_dead_once", condition=Q(resolved_at__isnull=True)
            ),
            models.CheckConstraint(
                name="dead_job_is_resolved_somehow",
                condition=Q(resolved_at__isnull=True, resolution="")
                | (Q(resolved_at__isnull=False) & ~Q(resolution="")),
            ),
            models.CheckConstraint(
                name="dead_job_failed_in_order", condition=Q(first_failed_at__lte=F("last_failed_at"))
            ),
        ]
        indexes = [models.Index(fields=["last_failed_at"], name="idx_dead_jobs_time")]

    def __str__(self) -> str:
        return f"{self.name} {self.arguments}"
