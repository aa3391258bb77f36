"""Addresses of people, organizations and projects."""

from django.urls import path

from projects import auth
from projects.feeds import views as feeds
from projects.help import views as help_views
from projects.lifecycle import views as projects
from projects.members import views as members
from projects.notifications import views as notifications
from projects.oidc.views import SignInReturn, sign_in_back_channel
from projects.people import views as people
from projects.sessions import views as sessions
from projects.tokens import views as tokens

app_name = "projects"
urlpatterns = [
    path("sign-in/", auth.sign_in, name="sign_in"),
    path("sign-in/return/", SignInReturn.as_view(), name="sign_in_return"),
    path("sign-in/back-channel-logout/", sign_in_back_channel, name="sign_in_back_channel"),
    path("sign-out/", auth.sign_out, name="sign_out"),
    path("session/open", sessions.session_check, name="session_check"),
    path("signed-out/", auth.signed_out, name="signed_out"),
    path("preferences/", people.preferences, name="preferences"),
    path("preferences/sessions/", sessions.session_list, name="session_list"),
    path("preferences/sessions/end-others/", sessions.sessions_end_others, name="sessions_end_others"),
    path("preferences/sessions/<str:handle>/end/", sessions.session_end, name="session_end"),
    path("preferences/calendar/make", feeds.feed_make, name="feed_make"),
    path("preferences/calendar/revoke", feeds.feed_revoke, name="feed_revoke"),
    path("preferences/tokens/", tokens.token_list, name="token_list"),
    path("preferences/tokens/make", tokens.token_make, name="token_make"),
    path("preferences/tokens/<int:token_id>/revoke", tokens.token_revoke, name="token_revoke"),
    path("preferences/tour/", people.tour_end, name="tour_end"),
    path("preferences/rail/", people.rail_fold, name="rail_fold"),
    path("help/", help_views.help_page, name="help_page"),
    path("notifications/", notifications.notification_list, name="notification_list"),
    path("notifications/bell", notifications.notification_bell, name="notification_bell"),
    path("notifications/read", notifications.notifications_read, name="notifications_read"),
    path(
        "notifications/<int:notification_id>/open", notifications.notification_open, name="notification_open"
    ),
    path(
        "notifications/<int:notification_id>/read", notifications.notification_read, name="notification_read"
    ),
    path("organization/", people.organization_switch, name="organization_switch"),
    path("projects/new/", projects.project_create, name="project_create"),
    path("projects/deleted/", projects.deleted_list, name="deleted_list"),
    path("projects/<int:project_id>/status/", projects.project_status, name="project_status"),
    path("projects/<int:project_id>/delete/", projects.project_delete, name="project_delete"),
    path("projects/<int:project_id>/restore/", projects.project_restore, name="project_restore"),
    path("projects/<int:project_id>/members/", members.member_list, name="member_list"),
    path("projects/<int:project_id>/members/add/", members.member_add, name="member_add"),
    path("projects/<int:project_id>/members/<int:member_id>/", members.member_edit, name="member_edit"),
    path(
        "projects/<int:project_id>/members/<int:member_id>/remove/",
        members.member_remove,
        name="member_remove",
    ),
]
