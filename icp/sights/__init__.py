"""The sentences of the first look: each asks its question in SQL, and says what it found or why it cannot tell."""
