"""The product: what every way of asking needs."""
