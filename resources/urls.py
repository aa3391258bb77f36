"""Addresses of people, equipment and material."""

from django.urls import URLPattern

app_name = "resources"
urlpatterns: list[URLPattern] = []
