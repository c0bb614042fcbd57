"""The recurring due items, one file each."""
