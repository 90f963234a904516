"""One story from a trip to an investment, told over HTTP by those whose business each step is."""
