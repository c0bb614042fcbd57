"""The order of things: what happens between a person's words and the cloud. Talks only to ports."""
