"""Addresses of people, organizations and projects."""

from django.urls import path

from projects import auth

app_name = "projects"
urlpatterns = [
    path("sign-in/", auth.sign_in, name="sign_in"),
    path("sign-out/", auth.sign_out, name="sign_out"),
]
