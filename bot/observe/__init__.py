"""What operators see of the product: logs, figures, and whether it is ready."""
