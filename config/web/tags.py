"""Template filters and tags, built in everywhere: how figures and repeated pieces are written."""

import datetime as dt
from typing import Any

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.web import elements, formats
from config.web.logs import current_request_id
from config.web.markdown import as_html
from config.web.scripts import script

register = template.Library()

for _filter in (
    formats.day,
    formats.day_plain,
    formats.day_dense,
    formats.weekday,
    formats.month_name,
    formats.clock,
    formats.hours,
    formats.yen,
    formats.percent,
    formats.points,
):
    register.filter(_filter.__name__, _filter)
for _tag in (
    elements.icon,
    elements.status,
    elements.state_icon,
    elements.status_badge,
    elements.badge,
    elements.avatar,
    elements.person,
    elements.meter,
    elements.count,
):
    register.simple_tag(_tag, name=_tag.__name__)


@register.filter
def markdown(text: str) -> SafeString:
    """`{{ task.description|markdown }}`: lists, links, code and tables; nothing that runs."""
    return as_html(text)


@register.filter
def file_size(count: int) -> str:
    """`{{ file.byte_count|file_size }}` → 1.5 MB."""
    return formats.file_size(count)


@register.filter
def day_to(start: dt.date | None, finish: dt.date | None) -> str:
    """`{{ start|day_to:finish }}` → 2026/07/01–2027/05/14."""
    return formats.day_range(start, finish)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """`{{ entry.happened_at|moment }}` → 今日 9:42."""
    return formats.moment(value)


@register.filter
def person_days(minutes: int | None, minutes_per_day: int) -> str:
    """`{{ minutes|person_days:480 }}` → 40人日; a day is the organization's (`projects/person_time.py`)."""
    return formats.person_days(minutes, minutes_per_day)


@register.filter
def number(value: formats.Number | None, places: int = 0) -> str:
    """`{{ value|number }}` → 1,234."""
    return formats.number(value, places)


@register.filter
def dash(value: Any) -> Any:
    """A dash for what is not there; zero stays zero."""
    return formats.NONE if value is None or value == "" else value


@register.simple_tag
def control(field: BoundField, modifier: str = "") -> SafeString:
    """The field's own control with its look and what a screen reader needs to find its hint and error."""
    widget = field.field.widget
    described = [f"{field.auto_id}-hint"] * bool(field.help_text) + [f"{field.auto_id}-error"] * bool(
        field.errors
    )
    attrs: dict[str, Any] = {"aria-describedby": " ".join(described) or None}
    if getattr(widget, "input_type", "") not in {"checkbox", "radio"}:
        attrs["class"] = " ".join(
            filter(None, (widget.attrs.get("class"), "input", modifier and f"input--{modifier}"))
        )
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs={key: value for key, value in attrs.items() if value is not None})


register.simple_tag(script)


@register.simple_tag
def request_id() -> str:
    """The number by which an operator finds this request in the log."""
    return current_request_id()


@register.simple_tag(takes_context=True)
def sort_head(context: RequestContext, key: str, label: str, css: str = "") -> SafeString:
    """A column head that sorts by `?sort=key`; the second click turns the order around."""
    asked = context["request"].GET.get("sort", "")
    is_current, is_descending = asked.lstrip("-") == key, asked.startswith("-")
    link = with_query(context, sort=f"-{key}" if is_current and not is_descending else key, page=None)
    order, mark = "", SafeString("")
    if is_current:
        order = "descending" if is_descending else "ascending"
        mark = elements.icon("arrow-down" if is_descending else "arrow-up", "s")
    return format_html(
        '<th scope="col"{}{}><a href="{}" id="sort-{}">{}{}</a></th>',
        format_html(' class="{}"', css) if css else "",
        format_html(' aria-sort="{}"', order) if order else "",
        link,
        key,
        label,
        mark,
    )


@register.simple_tag(takes_context=True)
def with_query(context: RequestContext, **changes: Any) -> str:
    """This page's query with some keys changed; None removes a key. `{% with_query page=2 %}`."""
    query: QueryDict = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"
