"""Figures that differ from what is usual: for the desk to look at once. Nobody is suspected, nothing is taken."""
