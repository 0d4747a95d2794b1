"""A strict opponent in the place of Stripe: for the demo town and for tests, never for real money."""
