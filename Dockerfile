# Two stages: the first installs the pinned libraries and the project, the second only runs them.
ARG PYTHON=3.13-slim-trixie

FROM python:${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_PYTHON=/opt/session-tracker/bin/python
WORKDIR /source
# pip stays outside: what runs cannot install anything.
RUN python -m venv --without-pip /opt/session-tracker
COPY requirements.lock ./
# Wheels only, so nothing that was downloaded runs here. They are compiled now, because the root is read-only later.
RUN pip install --require-hashes --only-binary :all: --requirement requirements.lock
COPY . .
RUN pip install --no-index --no-deps --no-build-isolation .

FROM python:${PYTHON}
LABEL org.opencontainers.image.title="Session Tracker" \
      org.opencontainers.image.description="A Telegram bot with which trainers and small gyms sell, book and redeem training" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 tracker \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin tracker \
    && install --directory --mode 0750 --owner=tracker --group=tracker /data
COPY --from=build /opt/session-tracker /opt/session-tracker
# Nothing is written outside of /data and /tmp, so the container may run with a read-only root.
ENV PATH="/opt/session-tracker/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=8080 \
    LOG_FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# http.client, because urllib would ask a proxy that HTTP_PROXY names.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["python", "-c", \
    "import http.client as h, os, sys; c = h.HTTPConnection('127.0.0.1', int(os.environ['HTTP_PORT']), timeout=4); c.request('GET', '/health/live'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["session-tracker"]
CMD ["run"]
