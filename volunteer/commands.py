"""The commands of `volunteer`, listed without importing them."""

from volunteer.core.application import CommandGroup

COMMANDS = (
    CommandGroup("areas", "volunteer.areas.cli:areas_cli", "Districts of the town."),
    CommandGroup("db", "volunteer.core.migrating:db_cli", "Tables: make, update, compare."),
    CommandGroup(
        "doctor", "volunteer.core.doctor:doctor", "Is all well? And if not, what to do.", alone=True
    ),
    CommandGroup("jobs", "volunteer.core.cli:jobs_cli", "Scheduled work."),
    CommandGroup("staff", "volunteer.users.cli:staff_cli", "People of the staff."),
)
