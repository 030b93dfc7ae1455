# The image of web, worker, beat and migrate: one image, four commands (see docker-compose.yml).

FROM python:3.11-slim AS build
WORKDIR /build
RUN python -m venv /venv
COPY requirements.prod.txt .
RUN /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.prod.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CPAUDIT_DATA_DIR=/data
RUN useradd --system --uid 10001 --home-dir /app cpaudit && install -d -o cpaudit -g cpaudit /data
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py ./
COPY accounts accounts
COPY audits audits
COPY cpaudit_site cpaudit_site
COPY enterprises enterprises
# The static files are part of the image: every copy of the web process serves the same.
ENV STATIC_DIR=/app/static
RUN SECRET_KEY=only-to-collect-static-files-0123456789 CPAUDIT_DATA_DIR=/tmp/build \
    python manage.py collectstatic --noinput --verbosity 0 && rm -rf /tmp/build
USER cpaudit
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config", "python:cpaudit_site.web_server", "cpaudit_site.wsgi"]
