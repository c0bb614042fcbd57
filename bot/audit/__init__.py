"""The chain of seals over what was recorded: pure, so that anybody can check it anywhere."""
