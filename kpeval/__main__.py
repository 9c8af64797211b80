"""`python -m kpeval` is `kpeval`."""

from kpeval.cli import main

main()
