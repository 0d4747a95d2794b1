"""The files of a run: a folder of its own below the data folder, for the service's own user only."""

import shutil
from pathlib import Path

from volunteer.core.config import settings

ROOM_NEEDED = 64 * 1024 * 1024
"""With less than this left on the disk no plan is begun: the database needs the rest."""


def plans_folder() -> Path:
    """Where all runs have their folders."""
    return settings().data_dir.resolve() / "plans"


def folder_of(run_id: int) -> Path:
    """The folder of a run, whether it is there or not."""
    return plans_folder() / str(run_id)


def make_folder(run_id: int) -> Path:
    """A new, empty folder of a run, closed to everybody else."""
    plans_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_folder(run_id)
    made = folder_of(run_id)
    made.mkdir(mode=0o700)
    return made


def remove_folder(run_id: int) -> None:
    """The files of a run are gone; that they were never there is no error."""
    shutil.rmtree(folder_of(run_id), ignore_errors=True)


def runs_with_folders() -> list[int]:
    """The runs that have files."""
    if not plans_folder().is_dir():
        return []
    return sorted(int(one.name) for one in plans_folder().iterdir() if one.name.isdecimal())


def has_room() -> bool:
    """Whether the disk has room for the files of a run."""
    place = plans_folder()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free >= ROOM_NEEDED
