# Two stages: the first installs the pinned libraries and the project, the second only runs them.
FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
RUN python -m venv /opt/session-tracker
ENV PATH="/opt/session-tracker/bin:$PATH"
COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock
COPY . .
RUN pip install --no-index --no-deps --no-build-isolation .

FROM python:3.13-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin tracker \
    && install --directory --owner=tracker --group=tracker /data
COPY --from=build /opt/session-tracker /opt/session-tracker
# Nothing is written outside of /data, so the container may run with a read-only root.
ENV PATH="/opt/session-tracker/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=8080
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['HTTP_PORT']}/health/live\", timeout=4)"]
ENTRYPOINT ["session-tracker"]
CMD ["run"]
