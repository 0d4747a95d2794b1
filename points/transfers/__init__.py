"""Points given from one member to another, where a programme allows it (T1)."""
