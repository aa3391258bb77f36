"""Addresses of pages that read across plans: the project list and the overview."""

from django.urls import URLPattern

app_name = "reports"
urlpatterns: list[URLPattern] = []
