"""WHO: people, households, organizations, how they sign in — and `core`, the floor everyone stands on."""
