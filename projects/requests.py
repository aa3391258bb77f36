"""What a view behind `login_required` may count on."""

from django.http import HttpRequest

from projects.models import User


class SignedInRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User  # never anonymous behind login_required
