"""What creators upload, and the videos, stills and captions that are made of it."""
