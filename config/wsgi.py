"""What gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

import config.celery  # who sends a job needs the app that knows the broker
import config.web.metrics  # noqa: F401  # before the first figure is counted: it says in which files
from config import env
from tasks.scheduling.compiled import ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

if env.IS_DEPLOYED:
    from config.observability import broker

    broker.refuse_one_that_evicts()

# Now, and once for all workers that are forked from here: a request would wait half a second for it.
ready.load_or_expect()

# A plan of 10,000 tasks is some 100,000 small objects that live for one request. With the collector's usual
# thresholds it would walk all modules again and again while they are made; what is loaded now stays for good.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
