"""The crash test: no acknowledged row lost, none doubled, whenever the process dies."""
