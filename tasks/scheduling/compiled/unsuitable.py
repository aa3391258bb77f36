"""What kernels leave to the plain passes."""


class Unsuitable(Exception):
    """A plan for the plain passes: they say what is wrong with it, or compute what kernels do not."""
