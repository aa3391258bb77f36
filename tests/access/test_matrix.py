"""Every address × everybody × reading and writing: what each must answer.

`table.py` says what an address asks for, `projects/permissions.py` what a role has; what follows from both is
expected of the site. A wrong role is told so (403), a stranger learns nothing (404), no one is asked to sign in.

A method that an address does not know (405) is refused by its view before it looks at anything. So a user who may do
most, and one who has not signed in, ask for it by the whole way; of all others the view itself is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.db import transaction
from django.http import HttpResponse
from django.template.backends.django import Template
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from projects.models import OrganizationMember, User
from projects.permissions import Right
from tests.access.table import ADDRESSES, ANYONE, NEVER, Access, Need, Scope
from tests.access.world import Actor, World, make_world, token_for

#: What a user meets who may: the page, a way on, or a word about what they sent.
SERVED = frozenset({200, 201, 204, 302, 303, 409, 422})
FORBIDDEN, MISSING, NOT_THAT_WAY = frozenset({403}), frozenset({404}), frozenset({405})
SIGN_IN, NO_SESSION = frozenset({302}), frozenset({401})
#: What claims to come from the identity provider, and does not.
UNPROVEN = frozenset({400, 422})
#: Pages of a person without an organization: an empty one, or none.
EMPTY = SERVED | MISSING
PARTS = 4


def patterns(
    resolver: Any = None, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names of all addresses but Django admin's, and the arguments that each takes."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from patterns(pattern, prefix + str(pattern.pattern), pattern.namespace or space)
        elif isinstance(pattern, URLPattern):
            name = f"{space}:{pattern.name}" if space else prefix + str(pattern.pattern)
            yield name, tuple(pattern.pattern.converters)


ALL = dict(patterns())


class TestTable:
    def test_has_every_address_and_no_other(self):
        assert set(ALL) == set(ADDRESSES)


class Pages:
    """What is answered is decided before a template is rendered: so the pages of one actor stand for those of all."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.are_rendered = True
        render = Template.render

        def rendered(template: Template, *arguments: Any, **more: Any) -> str:
            return render(template, *arguments, **more) if self.are_rendered else ""

        monkeypatch.setattr(Template, "render", rendered)


class TestMatrix:
    @pytest.mark.parametrize("part", range(PARTS))
    def test_answers_as_the_tables_say(
        self, part: int, project: Any, chain: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world = make_world(project, chain)
        pages, handler = Pages(monkeypatch), Client().handler
        # Thousands of refusals, each with its way through the program.
        monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
        wrong, tried = [], 0
        for actor in world.actors:
            client = actor.client()
            client.handler = handler  # which looks for all static files when it is made
            pages.are_rendered = actor.is_maker
            for name in sorted(ALL)[part::PARTS]:
                for method in ("get", "post", *ADDRESSES[name].methods):
                    wanted = expected(actor, ADDRESSES[name], method)
                    if wanted == NOT_THAT_WAY and actor.user is not None and not actor.is_maker:
                        answer = ask_view(actor.user, world, name, method)
                    else:
                        answer = ask(client, world, name, method)
                    tried += 1
                    if answer.status_code not in wanted or is_sent_away(actor, name, answer):
                        wrong.append(
                            f"{method} {name} as {actor.name}: {answer.status_code}, not {sorted(wanted)}"
                        )
        asked = sum(2 + len(ADDRESSES[name].methods) for name in sorted(ALL)[part::PARTS])
        assert tried == len(world.actors) * asked
        assert not wrong, "\n".join(wrong)

    def test_knows_no_other_methods(self, project: Any, chain: dict[str, Any]) -> None:
        world = make_world(project, chain)
        client = next(actor for actor in world.actors if actor.is_maker).client()
        for name in ALL:
            for method in {"put", "patch", "delete"} - ADDRESSES[name].methods.keys():
                assert ask(client, world, name, method).status_code == 405, f"{method} {name}"


def address_of(world: World, name: str) -> str:
    """Where an address of this name leads in this world."""
    ids = world.ids | world.other_ids.get(name, {})
    return reverse(name, kwargs={key: ids[key] for key in ALL[name]}) if ":" in name else f"/{name}"


def ask(client: Client, world: World, name: str, method: str) -> HttpResponse:
    """One request, whose traces are wiped out."""
    ids = world.ids | world.other_ids.get(name, {})
    address = address_of(world, name)
    access = ADDRESSES[name]
    data = (
        {} if access.is_of_programs else {key: str(value).format(**ids) for key, value in access.data.items()}
    )
    call: Callable[..., HttpResponse] = getattr(client, method)
    if access.is_of_programs:
        call = partial(call, headers=token_of(client), **as_json(body_of(name, method), ids))
    cookies: Any = client.cookies.copy()
    with transaction.atomic():
        answer = call(address, data) if method == "post" and not access.is_of_programs else call(address)
        transaction.set_rollback(True)
    client.cookies = cookies  # signing out is one of the things that are tried
    return answer


def body_of(name: str, method: str) -> str:
    """The JSON of a good request, with places for ids."""
    access = ADDRESSES[name]
    return str(access.data.get("json", "") if method == "post" else access.methods.get(method, ("", ""))[1])


def as_json(text: str, ids: Mapping[str, Any]) -> dict[str, Any]:
    """What a program sends, with the ids of this world in their places."""
    for key, value in ids.items():
        text = text.replace(f"<{key}>", str(value))
    return {"data": text, "content_type": "application/json"} if text else {}


def token_of(client: Client) -> dict[str, str]:
    """The header by which a program asks in the name of whoever has this browser, in the first of their organizations."""
    # Who has no session would be given one by being asked.
    user = get_user(client) if settings.SESSION_COOKIE_NAME in client.cookies else None
    if not isinstance(user, User):
        return {}
    places = OrganizationMember.objects.filter(user=user).order_by("pk").select_related("organization")
    place = places.first()
    if place is None:
        return {}
    known = vars(client).setdefault("tokens", {})
    if user.pk not in known:
        known[user.pk] = token_for(user, place.organization)
    return {"Authorization": f"Bearer {known[user.pk]}"}


def ask_view(user: User, world: World, name: str, method: str) -> HttpResponse:
    """What the view answers by itself: nothing of the way to it is there, so it must refuse before it needs any."""
    address = address_of(world, name)
    request = getattr(RequestFactory(), method)(address)
    request.user = user
    view, arguments, named = resolve(address)
    with transaction.atomic():
        try:
            answer: HttpResponse = view(request, *arguments, **named)
        except Exception as error:  # it went on: what came of it is the answer that is wrong
            answer = HttpResponse(repr(error), status=500)
        transaction.set_rollback(True)
    return answer


def expected(actor: Actor, access: Access, method: str) -> frozenset[int]:
    """What the tables say."""
    need = (
        access.methods[method][0]
        if method in access.methods
        else access.safe
        if method == "get"
        else access.unsafe
    )
    if need == NEVER:
        return NOT_THAT_WAY
    if access.scope is Scope.PUBLIC:
        return SERVED
    if access.scope is Scope.UNPROVEN:
        return UNPROVEN
    if access.is_of_programs and actor.organization_role is None:
        return NO_SESSION
    if actor.user is None:
        return NO_SESSION if access.scope is Scope.SESSION else SIGN_IN
    if (
        actor.organization_role is None
        and method == "get"
        and access.scope in {Scope.PERSON, Scope.ORGANIZATION}
    ):
        return EMPTY
    return RULES[access.scope](actor, need)


def _holds(rights: frozenset[Right], need: Need) -> bool:
    if need == ANYONE:
        return True
    return set(need if isinstance(need, tuple) else (Right(need),)) <= rights


def _person(actor: Actor, need: Need) -> frozenset[int]:
    return SERVED


def _company(actor: Actor, need: Need) -> frozenset[int]:
    return SERVED if actor.is_ours else MISSING


def _organization(actor: Actor, need: Need) -> frozenset[int]:
    if actor.organization_role is None:
        return MISSING
    return SERVED if _holds(actor.in_organization, need) else FORBIDDEN


def _staff(actor: Actor, need: Need) -> frozenset[int]:
    return MISSING if actor.organization_role in {None, "guest"} else _organization(actor, need)


def _project(actor: Actor, need: Need) -> frozenset[int]:
    if not actor.sees_project:
        return MISSING
    # One's own tasks are one's own: who plans may report on all of them.
    if need == Right.REPORT_PROGRESS and Right.EDIT_PLAN not in actor.in_project and not actor.is_resource:
        return FORBIDDEN
    return SERVED if _holds(actor.in_project, need) else FORBIDDEN


def _deleted(actor: Actor, need: Need) -> frozenset[int]:
    if not actor.is_ours or actor.organization_role not in {"admin", "pmo"}:
        return MISSING
    return _organization(actor, need)


def _resource(actor: Actor, need: Need) -> frozenset[int]:
    if not actor.is_ours:
        return MISSING
    is_allowed = Right.VIEW_RESOURCES in actor.in_organization and _holds(actor.in_organization, need)
    return SERVED if is_allowed else FORBIDDEN


def _own_resource(actor: Actor, need: Need) -> frozenset[int]:
    return SERVED if actor.is_resource else _resource(actor, need)


def _cell(actor: Actor, need: Need) -> frozenset[int]:
    found = _resource(actor, Right.VIEW_RESOURCES)
    return found if found != SERVED else _project(actor, need)


def _recurring(actor: Actor, need: Need) -> frozenset[int]:
    return _staff(actor, need) if actor.is_ours else MISSING


def _sheet(actor: Actor, need: Need) -> frozenset[int]:
    """Its person is told to write it elsewhere, and decides nothing; who sees the project alone learns nothing."""
    is_staff = actor.is_ours and actor.organization_role != "guest"
    if is_staff and Right.APPROVE_HOURS in actor.in_project and not actor.is_resource:
        return SERVED
    return SERVED | FORBIDDEN if actor.is_resource else MISSING


def _work_kind(actor: Actor, need: Need) -> frozenset[int]:
    found = _organization(actor, need)
    return MISSING if found == SERVED and not actor.is_ours else found


def _field(actor: Actor, need: Need) -> frozenset[int]:
    return _organization(actor, need) if actor.is_ours else MISSING


def _maker(actor: Actor, need: Need) -> frozenset[int]:
    return SERVED if actor.is_maker else MISSING


RULES: dict[Scope, Callable[[Actor, Need], frozenset[int]]] = {
    Scope.SESSION: _person,
    Scope.PERSON: _person,
    Scope.COMPANY: _company,
    Scope.ORGANIZATION: _organization,
    Scope.STAFF: _staff,
    Scope.PROJECT: _project,
    Scope.DELETED: _deleted,
    Scope.RESOURCE: _resource,
    Scope.OWN_RESOURCE: _own_resource,
    Scope.CELL: _cell,
    Scope.RECURRING: _recurring,
    Scope.SKILL: _resource,
    Scope.SHEET: _sheet,
    Scope.WORK_KIND: _work_kind,
    Scope.FIELD: _field,
    Scope.MAKER: _maker,
}


def is_sent_away(actor: Actor, name: str, answer: HttpResponse) -> bool:
    """Whether a user is asked to sign in who has signed in."""
    goes = answer.get("Location", "")
    return actor.user is not None and name != "projects:sign_out" and goes.startswith("/sign-in/")
