"""`python -m matching.engine solve|check`: the engine without the application."""

from matching.engine.cli import plan_cli

plan_cli(prog_name="python -m matching.engine")
