"""`python -m caytre.notifications serve|migrate|openapi`."""

from caytre.notifications.main import main

main()
