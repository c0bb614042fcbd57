"""Time asks: recurring due items, and the tick that promotes what is due."""
