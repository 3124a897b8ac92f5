"""The catalogue: one declaration per figure, grouped by family."""
