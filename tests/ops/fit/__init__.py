"""Whether the files of production fit each other: what each container is given, what its program reads, who listens where."""
