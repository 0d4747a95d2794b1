"""Paper of a shift: the poster with its static code and what the code leads to, name lists for a power cut."""
