"""The API of icp."""
