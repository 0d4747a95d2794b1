"""Groups: a school or firm comes with a head count and a leader; points go to the persons who are named."""
