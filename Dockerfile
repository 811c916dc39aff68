# Our worker and our API: one image, two commands (docker-compose.yml).

FROM ghcr.io/astral-sh/uv:0.9.5 AS uv

FROM python:3.11-slim-bookworm AS environment
COPY --from=uv /uv /usr/local/bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy uv sync --frozen --no-dev --no-cache

FROM python:3.11-slim-bookworm
# The font of the printed forms (SIL Open Font License).
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --uid 10001 zhengcaidai \
    && install --directory --owner=zhengcaidai /var/lib/zhengcaidai
WORKDIR /app
COPY --from=environment /app/.venv .venv
COPY pyproject.toml worker.py api.py ./
COPY zhengcaidai zhengcaidai
COPY workflows workflows
COPY activities activities
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER zhengcaidai
CMD ["python", "worker.py"]
