"""What a person can ask for: one command one file, `handlers/<noun>/<verb>.py`.

Anatomy of a handler file, from top to bottom:

1. `read(ask, cloud)` gathers the facts that the answer or the plan needs, through the ports, reading only.
2. Either `answer(ask, facts)` returns a `Reply`, or `plan(ask, facts)` returns a `Plan`: both pure, both name in
   their docstring the rules they carry. What is not possible is refused with `Refusal(key, …)` before anything is done.
3. For a plan, `effects` says for each kind of step how to `observe` whether it is already so, and how to `act`. An
   observation that returns an outcome is the only thing that makes a step done.
4. `command = Command(...)` at the end names the command, its arguments, its risk and its rules.

Sentences live in `bot/texts/<noun>.toml`: a step of kind `create` of the noun `bucket` is told by `bucket.step.create`
with the step's target and facts. Knowledge of the domain lives in `bot/rules`, so that no command imports another.
The package of a noun, `handlers/<noun>/__init__.py`, declares `noun = Noun(...)` and what its commands share.
"""
