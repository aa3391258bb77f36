# One image for the site, the worker, the clock and the migrations; what it does is its argument (ops/image/start.py).
#
# Any Debian with Python 3.11 or later and its venv can be the base: --build-arg BASE_IMAGE=…
# Pin the digest of the base where images are built with a network: BASE_IMAGE=…@sha256:…
ARG BASE_IMAGE=docker.io/library/python:3.13.9-slim-trixie

# -- what is there while it runs and while it is built: Pango lays out the PDF of reports; its fonts are wheels --
# checkov:skip=CKV_DOCKER_7:the base has its version above
# hadolint ignore=DL3006
FROM ${BASE_IMAGE} AS base
# The release of Debian decides the versions; its updates must come in when the image is built anew.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/dpkg.log /var/log/apt
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    LANG=C.UTF-8

# -- packages: once for as long as no pin changes; each file is checked against its hash ------------------------
FROM base AS packages
COPY requirements.txt /build/
RUN python3 -m venv /opt/venv \
    && pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes \
        -r /build/requirements.txt \
    && pip uninstall --yes --quiet pip

# -- the site ---------------------------------------------------------------------------------------------------
FROM base AS site
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
# Static files with hashes in their names, bytecode, the compiled engine: what would else be written at the first start.
ENV NUMBA_CACHE_DIR=/app/.compiled \
    NUMBA_CPU_NAME=generic
RUN python3 ops/image/prepare.py \
    && install --directory --owner 10001 --group 10001 /srv/media /srv/audit

# A number, so that Kubernetes can see that it is not root. Nothing in the image belongs to it but two folders: uploads, and ends of the record.
USER 10001:10001
ENV ENVIRONMENT=production \
    HOME=/tmp \
    XDG_CACHE_HOME=/tmp \
    MEDIA_ROOT=/srv/media \
    AUDIT_HEADS_FOLDER=/srv/audit \
    PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000 8100
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python3", "ops/image/healthcheck.py", "web"]
ENTRYPOINT ["python3", "ops/image/start.py"]
CMD ["web"]
