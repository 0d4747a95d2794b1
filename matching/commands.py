"""The commands of `matching`, listed without importing them."""

from volunteer.core.application import CommandGroup

COMMANDS = (
    CommandGroup("center", "matching.towns.cli:center_cli", "The center of this database."),
    CommandGroup(
        "plan",
        "matching.engine.cli:plan_cli",
        "Plans of who is proposed for which shift, from file to file.",
    ),
    CommandGroup(
        "plans",
        "matching.planning.cli:plans_cli",
        "Proposals of who goes where, made in the background.",
    ),
    CommandGroup("demo", "matching.demo.cli:demo_cli", "A demo town with invented people."),
)
