# syntax=docker/dockerfile:1
# The pages: built with Node, which the final image does not have.
FROM node:24.11.1-slim AS web
WORKDIR /src
COPY api/web/package.json api/web/package-lock.json api/web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY api/web ./
RUN npm run build

# The packages, with versions and hashes as locked.
FROM python:3.13.9-slim AS packages
WORKDIR /opt
RUN python -m venv /opt/exportready
COPY requirements.lock ./
RUN /opt/exportready/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.13.9-slim
LABEL org.opencontainers.image.title="ExportReady" \
      org.opencontainers.image.description="The battery passport platform"
ENV PATH=/opt/exportready/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/app \
    ENVIRONMENT=production \
    HOST=0.0.0.0 \
    PORT=8080
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin exportready
COPY --from=packages /opt/exportready /opt/exportready
WORKDIR /app
COPY models ./models
COPY resolvers ./resolvers
COPY migrations ./migrations
COPY api ./api
COPY --from=web /src/dist ./api/web/dist
# The user may write nothing here, so what is not compiled now is compiled again by every start.
RUN python -m compileall -q api migrations models resolvers && python -m api.web.precompress
USER 10001
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz', timeout=2)"]
ENTRYPOINT ["python", "-m", "api.cli"]
CMD ["serve"]
