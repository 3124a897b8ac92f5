"""Small words of customers, for templates."""
