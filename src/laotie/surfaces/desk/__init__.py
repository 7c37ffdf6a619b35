"""The operator's pages: shops to approve, rooms on air, stuck money, the house's health."""
