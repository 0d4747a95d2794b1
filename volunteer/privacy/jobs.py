"""Erasures are noted beside the database, so that they outlive a restore."""

from pathlib import Path

from volunteer.core.config import settings
from volunteer.core.jobs import Job
from volunteer.privacy import erasure_file, queries


def note_erasures() -> str:
    """Write down the erasures that are not in the file yet; how many."""
    path = Path(settings().data_dir) / erasure_file.FILE_NAME
    return f"noted={erasure_file.add_lines(path, queries.erasure_lines())}"


JOBS = (Job("note-erasures", note_erasures, every_minutes=5),)
