"""The PIN of a card: with it a card holder without e-mail reads their own plans and points at a kiosk."""
