"""Commands: load what a decision needs, ask the model, commit in one statement."""
