"""How the site is served in a container. What gunicorn itself does not decide comes from WEB_CONCURRENCY and the like."""

import os

bind = "0.0.0.0:8000"  # nosec B104  # who may reach it is the networks' business
# Pages compute: one request at a time for each process beats threads and event loops (bench/pages.py).
worker_class = "sync"
workers = int(os.environ.get("WEB_CONCURRENCY", "4"))
# What the workers share is loaded once; a restart of one of them costs nothing.
preload_app = True
# Memory that a library does not give back; the jitter keeps workers from starting anew all at once.
max_requests = 2_000
max_requests_jitter = 400
# The queue that the kernel keeps. Longer, and people wait for what they have given up on (see also ops/nginx/site.conf).
backlog = 64
# One request; nginx waits five seconds longer, so that it is the site who says what went wrong.
timeout = 60
# What is under way at the end of a container; its grace period is longer.
graceful_timeout = 25
# The heartbeat file must never wait for a disk.
worker_tmp_dir = "/dev/shm"  # nosec B108  # gunicorn makes a nameless file there
# A socket for commands would be a file on a read-only disk.
no_control_socket = True
# nginx writes the lines of requests, with the same request id.
accesslog = None
errorlog = "-"
loglevel = "warning"
