"""Registration cards on paper: printed by the hundred, and the page their code leads to."""
