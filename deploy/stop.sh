#!/bin/sh
# Stop what deploy/start.sh started: sh deploy/stop.sh
#
# Requests and jobs under way get 40 seconds; a job that is stopped waits for the next worker.
set -eu
cd "$(dirname "$0")/.."

python=${PYTHON:-.venv/bin/python}
data=$("$python" -m source.settings DATA_DIR)
run=$data/run

for name in web worker; do
    file=$run/$name.pid
    [ -s "$file" ] || continue
    number=$(cat "$file")
    if kill -TERM "$number" 2>/dev/null; then
        waited=0
        while kill -0 "$number" 2>/dev/null && [ "$waited" -lt 40 ]; do
            sleep 1
            waited=$((waited + 1))
        done
        if kill -KILL "$number" 2>/dev/null; then
            echo "The $name did not end and was killed."
        else
            echo "The $name has ended."
        fi
    else
        echo "The $name did not run."
    fi
    rm -f "$file"
done
