"""Lets ``python -m wirewatch`` do what the ``wirewatch`` command does."""

from wirewatch.cli import main

if __name__ == "__main__":
    main()
