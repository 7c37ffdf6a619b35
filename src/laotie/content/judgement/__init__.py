"""What machines find in texts and posts, by which rules, and what follows from it."""
