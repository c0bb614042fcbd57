# Two stages: the first makes an environment from the locked packages, the second carries only that environment.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY requirements/build.txt requirements/runtime.txt requirements/
# Wheels are made by tools that stay behind; --no-build-isolation keeps pip from fetching a build backend no lock names.
RUN python -m venv /opt/tools \
    && /opt/tools/bin/pip install --require-hashes --no-deps -r requirements/build.txt \
    && /opt/tools/bin/pip wheel --require-hashes --no-deps --no-build-isolation --wheel-dir /wheels -r requirements/runtime.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY bot bot
COPY handlers handlers
COPY scheduler scheduler
COPY sandbox sandbox
RUN /opt/tools/bin/pip wheel --no-deps --no-build-isolation --no-index --wheel-dir /wheels . \
    && python -m venv --without-pip /opt/bot \
    && /opt/tools/bin/pip --python /opt/bot/bin/python install --no-deps --no-index --compile /wheels/*.whl

FROM python:3.13-slim
ENV PATH=/opt/bot/bin:$PATH PYTHONUNBUFFERED=1 BOT_HOST=0.0.0.0 BOT_PORT=3000 BOT_LOG_FORMAT=json BOT_DATA_DIR=/data
RUN useradd --system --uid 10001 --home-dir /data --create-home bot
COPY --from=build /opt/bot /opt/bot
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"BOT_PORT\"]}/readyz', timeout=2)"]
# The environment's modelarts-bot; the embedded server's data and unsealed audit segments live in /data.
ENTRYPOINT ["modelarts-bot"]
CMD ["run", "--role", "all"]
