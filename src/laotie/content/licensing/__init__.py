"""Rights to show events: who holds which, where, until when, and what somebody lacks."""
