"""What is counted of creators over time, here and elsewhere, and what of it can be believed."""
