"""Hand-written fakes with memory, one module for each port."""
