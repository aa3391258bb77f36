"""The app `tasks`."""

from django.apps import AppConfig
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _

from tasks.plan.actions import declared  # noqa: F401  # with the app comes what it records
from tasks.scheduling import schedule
from tasks.scheduling.compiled import ready


class TasksConfig(AppConfig):
    """Named once for Django and the admin."""

    name = "tasks"
    verbose_name = _("タスク")

    def ready(self) -> None:
        """Let the loads follow every change of a plan, people hear of the tasks that they are given, and plans take the
        compiled passes where the process has loaded them.
        """
        # Models can be imported only now that all apps are known.
        from projects.changes import follow_changes  # noqa: PLC0415
        from tasks.allocation.loads import follow  # noqa: PLC0415
        from tasks.attachments.services import forget_bytes  # noqa: PLC0415
        from tasks.models import TaskAttachment  # noqa: PLC0415
        from tasks.notifications.assigned import tell_assigned  # noqa: PLC0415
        from tasks.sheet.columns import computing as by  # noqa: PLC0415
        from tasks.sheet.computing import computed, kept_in_plan  # noqa: PLC0415

        follow_changes(follow)
        follow_changes(tell_assigned)
        schedule.use(ready.dates)
        by.use(computed, kept_in_plan)
        post_delete.connect(forget_bytes, sender=TaskAttachment)
