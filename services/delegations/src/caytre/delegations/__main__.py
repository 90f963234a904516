"""`python -m caytre.delegations serve|migrate|openapi`."""

from caytre.delegations.main import main

main()
