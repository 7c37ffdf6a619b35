"""Posts from a draft to the public: their words, goods and files, and what they must pass."""
