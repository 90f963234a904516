"""What the embedded platform refuses or fails with, in sentences meant for the person at the terminal."""


class SetupError(Exception):
    """The machine cannot run the platform as asked: the text says why and what to do about it."""
