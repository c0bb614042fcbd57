"""bot/store against real servers."""
