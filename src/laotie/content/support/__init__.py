"""Programmes and agreements that pay creators for what they reach."""
