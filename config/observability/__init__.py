"""What the installation says about itself: whether it is well, figures for Prometheus, errors for Sentry, lines of jobs."""
