"""``python -m oryndau`` is ``oryndau``."""

from oryndau.cli import main

main()
