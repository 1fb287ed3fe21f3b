# Build: the locked dependencies and the package, in a virtual environment.
FROM python:3.13-slim AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv
WORKDIR /app
# Dependencies change seldom: a layer of their own.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY README.md LICENSE ./
COPY bot bot
COPY playground playground
RUN uv sync --frozen --no-dev --no-editable

# Run: that environment, and nothing else.
FROM python:3.13-slim
RUN useradd --uid 1000 --no-create-home tidings && install -d -o tidings -g tidings /data
COPY --from=build /app/.venv /app/.venv
# The health check needs the port; it is reachable from outside only where you publish it.
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 TIDINGS_WEB__LISTEN=0.0.0.0:8080
USER tidings
# config.toml, the database and every relative path of the configuration live here.
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health', timeout=5)"]
CMD ["tidings", "run", "--config", "/data/config.toml"]
