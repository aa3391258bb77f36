"""The app `tasks`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    """Named once for Django and the admin."""

    name = "tasks"
    verbose_name = _("タスク")

    def ready(self) -> None:
        """Let the loads follow every change of a plan, and people hear of the tasks that they are given."""
        from projects.changes import follow_changes
        from tasks.services.loads import follow
        from tasks.services.telling import tell_assigned

        follow_changes(follow)
        follow_changes(tell_assigned)
