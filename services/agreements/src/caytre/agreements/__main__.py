"""`python -m caytre.agreements serve|migrate|openapi`."""

from caytre.agreements.main import main

main()
