"""What segments compute: pure functions over arrays and frames."""
