"""What paid help costs at this center, and for whom it takes the money: settings with a history."""
