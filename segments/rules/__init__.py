"""What can be said of customers, and who that means: parse, compile, explain, say in English."""
