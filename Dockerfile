# One image for the five services and their two roles: `-m caytre.<service> serve --role api|worker` or `migrate`.
FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/caytre
COPY deploy/image/requirements.lock /build/
RUN /opt/caytre/bin/pip install --require-hashes --requirement /build/requirements.lock
COPY LICENSE /build/
COPY shared /build/shared
COPY services /build/services
RUN /opt/caytre/bin/pip install --no-deps /build/shared /build/services/* \
    && /opt/caytre/bin/python -m compileall -q /opt/caytre \
    && /opt/caytre/bin/pip uninstall --yes pip

FROM python:3.13-slim-trixie
COPY --from=build /opt/caytre /opt/caytre
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["/opt/caytre/bin/python"]
CMD ["-m", "caytre.gateway", "--help"]
EXPOSE 8080
