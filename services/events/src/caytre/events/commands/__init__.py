"""What can be done: one function per act. The rules are in `model`, the writing is the store's."""
