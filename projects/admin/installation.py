"""Django admin of what belongs to no organization: people, holidays, the clock. Each change is in the records of all it concerns."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django_celery_beat import admin as clock

from projects.admin.companies import OfCompanies, companies_asked
from projects.admin.site import operator, reschedule_all_open
from projects.audit import installation
from projects.changes import changing_organization
from projects.models import Holiday, Organization, Project, User, UserSession
from projects.oidc.sessions import release
from projects.rls import scope
from projects.rls.operating import is_of_installation
from projects.sessions.services import end_sessions

#: Forms send it twice and in plain words; what the database holds of it is not to be read either.
SECRET_FIELDS: Final = frozenset({"password", "password1", "password2", "usable_password"})


#: Fields of a user that an operator of companies only reads.
RIGHTS_OF_ALL: Final = ("username", "is_staff", "is_superuser", "groups", "user_permissions")


class RecordedEverywhere(OfCompanies):
    """Changes are written into the record of the installation and of every organization, since they concern them all."""

    def organizations(self, obj: Any) -> QuerySet[Organization]:
        """Whose records tell of it, in ascending order, as everybody who continues several does."""
        return Organization.objects.order_by("pk")

    def note(
        self, request: HttpRequest, obj: Any, what: str, *, before: Any = None, after: Any = None
    ) -> None:
        """Write a line into each of these records."""
        action = f"{obj._meta.model_name}.{what}"
        installation.note(action, actor=operator(request), target=obj, before=before, after=after)
        for organization in self.organizations(obj):
            # Those whose pages the operator does not see read of it as well.
            with (
                scope.scope([organization.pk]),
                changing_organization(organization, actor=operator(request)) as record,
            ):
                record(action, target=obj, before=before, after=after)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and note the fields that differ."""
        super().save_model(request, obj, form, change)
        fields = [name for name in form.changed_data if name not in SECRET_FIELDS]
        after = {name: _plain(form.cleaned_data.get(name)) for name in fields}
        before = {name: _plain(form.initial.get(name)) for name in fields} if change else None
        self.note(request, obj, "edited" if change else "added", before=before, after=after)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Note, and delete."""
        self.note(request, obj, "removed", before={"text": str(obj)})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Note and delete one by one."""
        for obj in queryset:
            self.delete_model(request, obj)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *arguments: Any, **options: Any
    ) -> HttpResponse | None:
        """Do what was chosen for marked rows, and note it; deleting is noted row by row."""
        name, marked = request.POST.get("action", ""), request.POST.getlist("_selected_action")
        response: HttpResponse | None = super().response_action(request, queryset, *arguments, **options)
        if name and marked and name != "delete_selected":
            for obj in queryset.filter(pk__in=marked):
                self.note(request, obj, "edited", after={"action": name})
        return response


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, (QuerySet, list, tuple, set)):
        return sorted(str(each) for each in value)
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


@admin.register(User)
class UserAdmin(RecordedEverywhere, DjangoUserAdmin):  # type: ignore[type-arg]  # of our user model
    """People; who they are comes from the identity provider."""

    list_display = ("username", "display_name", "kana", "email", "is_staff", "is_active")
    list_filter = ("is_staff", "is_active")
    search_fields = ("username", "display_name", "kana", "email")
    ordering = ("username",)
    readonly_fields = ("last_login",)
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name", "kana", "email")}),
        (_("表示"), {"fields": ("language", "theme", "density", "current_organization")}),
        (_("権限"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "display_name", "password1", "password2")}),)
    actions = ("sign_out_everywhere",)
    company_path = "memberships__organization"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People of companies come from the identity provider."""
        return not self.looks_after(request) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No operator, and no one who belongs to another company as well, is changed by an operator of one."""
        is_theirs = not self.looks_after(request) or obj is None or self._is_theirs_alone(request, obj)
        return is_theirs and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A person's traces are in records; operators of companies end the membership."""
        return not self.looks_after(request) and super().has_delete_permission(request, obj)

    def _is_theirs_alone(self, request: HttpRequest, obj: User) -> bool:
        others = obj.memberships.exclude(organization__in=companies_asked(request))
        return not obj.is_staff and not others.exists()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who is an operator, and what else they may do, is said by operators of the installation."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, *RIGHTS_OF_ALL) if self.looks_after(request) else fields

    def user_change_password(self, request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        """Passwords are operators'."""
        if not is_of_installation(request.user):
            raise PermissionDenied
        answer: HttpResponse = super().user_change_password(request, *arguments, **options)
        return answer

    def organizations(self, obj: User) -> QuerySet[Organization]:
        """An operator, or who was one, sees all of them; others concern those that they belong to."""
        every = super().organizations(obj)
        was = User.objects.filter(pk=obj.pk, is_staff=True).exists() or getattr(obj, "_was_operator", False)
        return every if obj.is_staff or was else every.filter(memberships__user=obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save; where a user stops being an operator, every organization is told so, too."""
        obj._was_operator = bool(form.initial.get("is_staff"))  # type: ignore[attr-defined]  # for `organizations`
        super().save_model(request, obj, form, change)

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> Any:
        """The page of a new password saves by itself and tells only this."""
        if request.resolver_match and request.resolver_match.url_name == "auth_user_password_change":
            self.note(request, obj, "password_changed")
        return super().log_change(request, obj, message)

    @admin.action(description=_("選択したユーザーをすべての端末からサインアウトさせる"))
    def sign_out_everywhere(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """End all sessions of these people, but not the operator's own one."""
        secrets: list[str] = []
        for user in queryset.order_by("pk"):
            if not self.has_change_permission(request, user):
                continue
            theirs = UserSession.objects.visible_to(user).exclude(session_key=request.session.session_key)
            secrets += end_sessions(theirs, user=user, why="operator", by=operator(request))
        release(secrets)
        messages.success(request, _("%(count)d件のセッションを終了しました。") % {"count": len(secrets)})


@admin.register(Holiday)
class HolidayAdmin(RecordedEverywhere, admin.ModelAdmin):  # type: ignore[type-arg]  # of one model
    """National holidays: corrected here when a law moves one; plans follow."""

    list_display = ("held_on", "name", "is_observed")
    list_filter = ("is_observed",)
    search_fields = ("name", "held_on")
    date_hierarchy = "held_on"
    ordering = ("-held_on",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, then have all plans computed again."""
        super().save_model(request, obj, form, change)
        with scope.every_organization():
            reschedule_all_open(Project.objects.all())


def _take_over(model: type[Model], theirs: type[admin.ModelAdmin[Any]]) -> None:
    """Rows that a library brought along, with its own pages, recorded as ours are."""
    admin.site.unregister(model)
    admin.site.register(model, type(theirs.__name__, (RecordedEverywhere, theirs), {}))


_take_over(Group, DjangoGroupAdmin)
_take_over(clock.PeriodicTask, clock.PeriodicTaskAdmin)
_take_over(clock.CrontabSchedule, clock.CrontabScheduleAdmin)
_take_over(clock.IntervalSchedule, clock.IntervalScheduleAdmin)
_take_over(clock.ClockedSchedule, clock.ClockedScheduleAdmin)
_take_over(clock.SolarSchedule, clock.SolarScheduleAdmin)
