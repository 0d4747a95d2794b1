"""For the volunteer: open shifts in the order in which they suit, and messages about new ones."""
