"""Simulated billing (BSS), China site: resource packages, prices, real-name state, balance."""
