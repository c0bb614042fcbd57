"""The only folder that knows Redis."""
