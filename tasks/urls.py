"""Addresses of plans: WBS, Gantt, tasks, import and export."""

from django.urls import URLPattern

app_name = "tasks"
urlpatterns: list[URLPattern] = []
