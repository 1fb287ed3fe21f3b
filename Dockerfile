# Build: the locked dependencies and the package, in a virtual environment.
# Images and uv are named to the patch release: a build of today and one of next year are the same.
FROM python:3.13.11-slim-trixie AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
# Dependencies change seldom: a layer of their own.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY README.md LICENSE ./
COPY bot bot
COPY playground playground
RUN uv sync --frozen --no-dev --no-editable

# Run: that environment, and nothing else.
FROM python:3.13.11-slim-trixie
RUN useradd --uid 1000 --no-create-home tidings && install -d -o tidings -g tidings /data
COPY --from=build /app/.venv /app/.venv
# The health check needs a port; it is reachable from outside only where you publish it. Where
# config.toml says [web] listen itself, that holds.
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 TIDINGS_DEFAULT__WEB__LISTEN=0.0.0.0:8080
USER tidings
# config.toml, the database and every relative path of the configuration live here.
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s \
    CMD ["tidings", "health", "--config", "/data/config.toml"]
# It ends within 20 seconds; Docker's own patience is 10: run it with --stop-timeout 30.
STOPSIGNAL SIGTERM
CMD ["tidings", "run", "--config", "/data/config.toml"]
