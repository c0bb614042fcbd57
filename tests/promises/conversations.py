"""Where workers die that ask or hear an answer."""

DEATHS = ("converse.before_commit", "converse.committed")
