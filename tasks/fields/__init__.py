"""Custom fields: what an organization declares, and which of them a project uses."""
