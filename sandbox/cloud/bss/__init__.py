"""Simulated billing (BSS), China site: resource packages, real-name state, balance."""
