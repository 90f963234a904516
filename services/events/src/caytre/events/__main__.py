"""`python -m caytre.events serve|migrate|openapi`."""

from caytre.events.main import main

main()
