"""Runs the command line as `python -m kb`. Holds nothing else."""

from kb.cli import app

if __name__ == "__main__":
    app()
