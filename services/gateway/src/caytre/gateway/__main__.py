"""`python -m caytre.gateway serve|migrate|openapi`."""

from caytre.core.service import run
from caytre.gateway.main import service

if __name__ == "__main__":
    run(service)
