"""The form of an import, sent by a client, and the job that follows from it."""

from __future__ import annotations

from django.test import TestCase
from django.urls import reverse

from config.celery import app
from tasks.models import PlanImport


def send_off(client, kept, **fields):
    """The form, as far as its answer."""
    data = {"code": "PRJ-200", "name": "基幹更改", "dates": "recomputed", "target": "new"} | fields
    return client.post(reverse("tasks:plan_import_run", args=[kept.pk]), data)


def import_later(kept, *, job_id=""):
    """What the worker does with the job."""
    app.loader.import_default_modules()
    job_id = job_id or PlanImport.objects.get(pk=kept.pk).job_id
    app.tasks["import_plan_file"].apply(kwargs={"import_id": kept.pk}, task_id=job_id).get()


def run(client, kept, **fields):
    """The same until the job has ended: the answer that the user's browser comes to, without following to the result."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        response = send_off(client, kept, **fields)
    if response.status_code == 302 and response.url == f"/import/{kept.pk}/":
        response = client.get(response.url)
    return response
