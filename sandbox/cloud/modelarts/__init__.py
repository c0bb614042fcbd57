"""Simulated ModelArts, the classic v1 part: AI applications and real-time services, on cloud time."""
