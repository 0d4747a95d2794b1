"""METHODS: the ways in which points are paid out, one module each."""
