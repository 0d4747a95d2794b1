"""The commands of `points`, listed without importing them."""

from volunteer.core.application import CommandGroup

COMMANDS = (
    CommandGroup("ledger", "points.ledger.cli:ledger_cli", "The points ledger."),
    CommandGroup(
        "programmes", "points.simulation.cli:programmes_cli", "Points programmes and their rules."
    ),
)
