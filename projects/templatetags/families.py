"""What a page says of a project's family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from projects.lifecycle.selectors import seen_parent

if TYPE_CHECKING:
    from django.template.context import RequestContext

    from projects.models import Project

register = template.Library()


@register.simple_tag(takes_context=True)
def parent_of(context: RequestContext, project: Project) -> Project | None:
    """`{% parent_of project as parent %}`: the project above it, where the reader sees that one."""
    return seen_parent(project, context["request"].user)
