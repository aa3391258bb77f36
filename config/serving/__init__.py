"""What gunicorn does not do by itself, for ops/gunicorn/gunicorn.conf.py: end without a lost request, and answer probes apart."""
