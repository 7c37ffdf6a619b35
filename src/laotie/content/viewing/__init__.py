"""The feed, the formula that ranks it, and what viewers do with what it shows."""
