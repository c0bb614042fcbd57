"""The tests: a mirror of the code, with contracts, journeys and meta tests beside it."""
