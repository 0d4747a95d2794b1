"""Who suits a shift: people and shifts as the engine takes them, the ranking of one shift, and its reasons in words."""
