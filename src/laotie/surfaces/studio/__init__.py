"""The studio: where creators run their rooms and merchants run their shops."""
