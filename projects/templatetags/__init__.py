"""Tags of the base; built in everywhere."""
