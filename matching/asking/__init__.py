"""Asking several people for the seats of a shift, in waves: as few as will do, and nobody too often."""
