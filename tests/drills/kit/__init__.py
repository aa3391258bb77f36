"""What drills are made of: real programs with the files of `ops`, in folders and on ports of their own."""
