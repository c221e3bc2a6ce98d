# The image of all Airflow services, and of the `cli` service of compose.yaml. Build from the project's root:
#   docker compose build
#
# Everything that runs comes from constraints.txt, checked by hash, in an environment of its own: the base image gives
# Python and the system's libraries, and what else it may have installed cannot mix with it. So the same packages run on
# the official base, on another base given by --build-arg AIRFLOW_BASE_IMAGE=..., and in the tests.
ARG AIRFLOW_BASE_IMAGE=apache/airflow:3.3.2-python3.11
# Whose pg_dump and pg_restore backups are made with: that of the stack, for they have to be of the server's version.
ARG POSTGRES_IMAGE=postgres:16.10-bookworm

# What installs all else. Where packages come from, on machines that do not take them from PyPI, is told by the
# configuration of pip and of uv as secrets, which leave no trace in the image.
# The fake's Dockerfile begins with the same lines: of one base, this is made once for both.
FROM ${AIRFLOW_BASE_IMAGE} AS tools
USER 0
WORKDIR /build
ENV PIP_USER=0 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY constraints.txt ./
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    python3 -m venv /build/tools && \
    sed -n '/^uv==/,/[^\\]$/p' constraints.txt >uv.txt && \
    /build/tools/bin/pip install --quiet --require-hashes --requirement uv.txt

# The two programs with all libraries that they need, down to the C library, so that they run on any base.
FROM ${POSTGRES_IMAGE} AS postgres
USER 0
COPY deploy/postgres-programs /tmp/postgres-programs
RUN sh /tmp/postgres-programs /opt/postgres

FROM scratch AS project
COPY pyproject.toml README.md LICENSE ./
COPY src/tmdb_pipeline src/tmdb_pipeline

# Packages are installed where they stay: copied from stage to stage, their gigabyte would be written and packed twice.
FROM ${AIRFLOW_BASE_IMAGE}
USER 0
# The dependencies first: they change seldom, so that their layer is kept while the project is worked on.
RUN --mount=type=bind,from=tools,source=/build,target=/build \
    --mount=type=bind,source=pyproject.toml,target=/project/pyproject.toml \
    --mount=type=secret,id=uv.toml,target=/etc/uv/uv.toml \
    python3 -m venv --without-pip /opt/tmdb && \
    /build/tools/bin/uv pip install --quiet --no-cache --compile-bytecode --python /opt/tmdb/bin/python \
        --constraint /build/constraints.txt --requirement /project/pyproject.toml --extra airflow --extra stack \
        --extra s3 --extra warehouse --extra exports --extra alerts --extra monitoring --extra lineage
RUN --mount=type=bind,from=tools,source=/build,target=/build \
    --mount=type=bind,from=project,target=/project,rw \
    --mount=type=secret,id=uv.toml,target=/etc/uv/uv.toml \
    /build/tools/bin/uv pip install --quiet --no-cache --compile-bytecode --python /opt/tmdb/bin/python \
        --build-constraint /build/constraints.txt --no-deps /project
# Folders that volumes are mounted on; group 0 may write, so that any AIRFLOW_UID can.
RUN mkdir -p /opt/airflow/data /opt/airflow/logs && chown -R 50000:0 /opt/airflow && chmod -R g+rwX /opt/airflow
COPY --from=postgres /opt/postgres /opt/postgres
COPY deploy /opt/tmdb/deploy
COPY dags /opt/airflow/dags
# USER and HOME: with another AIRFLOW_UID there is no entry in /etc/passwd to ask.
ENV PATH=/opt/tmdb/bin:/usr/local/bin:/usr/bin:/bin \
    VIRTUAL_ENV=/opt/tmdb \
    AIRFLOW_HOME=/opt/airflow \
    HOME=/opt/airflow \
    USER=airflow \
    PYTHONUNBUFFERED=1 \
    AIRFLOW__CORE__LOAD_EXAMPLES=false \
    TMDB_DATA_ROOT=/opt/airflow/data
USER 50000:0
WORKDIR /opt/airflow
EXPOSE 8080
ENTRYPOINT ["/opt/tmdb/deploy/entrypoint"]
CMD ["airflow", "version"]
