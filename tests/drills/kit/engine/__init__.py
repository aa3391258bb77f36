"""A stand-in for a container engine where none runs: `docker compose` over namespaces, with this machine's programs as images.

A container has mounts, a network with a name, users, variables and commands as `compose.yaml` gives them; its root is this
machine's, with a layer of its own over it. What an image would bring is the machine's (PostgreSQL, PgBouncer, Redis, restic) or
the project's own. Not stood in for: images and their builds, capabilities, limits, health that restarts, a daemon.
"""
