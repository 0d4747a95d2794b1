"""Devices that receive people: a tablet of the center (kiosk) or an organizer's own phone."""
