"""Organizations (団体) that ask for help, their members, and their approval by staff."""
