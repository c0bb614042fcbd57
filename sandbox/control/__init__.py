"""The control API: what a visitor or a test does to the sandbox, under /control on its main address."""
