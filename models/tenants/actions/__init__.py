"""Use cases of companies and their members."""
