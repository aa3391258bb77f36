"""What gunicorn does not do by itself, for ops/gunicorn/gunicorn.conf.py: end without losing anybody, and answer probes apart."""
