"""Pure knowledge of the domain, one module a noun: no I/O, no clock, no SDK."""
