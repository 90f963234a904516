"""What can be asked of the views, one statement per question."""
