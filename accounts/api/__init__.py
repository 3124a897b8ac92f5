"""The API of accounts, and the base that every app's API stands on."""
