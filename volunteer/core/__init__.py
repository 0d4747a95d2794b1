"""The floor everyone stands on: settings, database, clock, sign-in guards, forms, outbox, jobs. No domain words."""
