#!/bin/sh
# Start the web server and a worker in the background: sh deploy/start.sh
#
# Their process numbers and logs go to the folder "run" in DATA_DIR (default: instance). One that
# runs already is left alone. PYTHON is the environment's Python unless you set it.
set -eu
cd "$(dirname "$0")/.."
umask 077

python=${PYTHON:-.venv/bin/python}
if ! command -v "$python" >/dev/null 2>&1; then
    echo "There is no $python. Run first: python3 setup.py install" >&2
    exit 1
fi
data=$("$python" -m source.settings DATA_DIR)
run=$data/run
mkdir -p "$run"

alive() { # file with a process number
    [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null
}

start() { # name, command ...
    name=$1
    shift
    if alive "$run/$name.pid"; then
        echo "The $name runs already (process $(cat "$run/$name.pid"))."
        return
    fi
    nohup "$@" >>"$run/$name.log" 2>&1 </dev/null &
    echo $! >"$run/$name.pid"
    echo "Started the $name (process $!); its log is $run/$name.log."
}

if ! alive "$run/web.pid"; then
    # gunicorn would try for seconds, and not say what to do
    "$python" -c 'import sys, setup
try: setup.check_port()
except setup.StopError as stop: sys.exit(str(stop))' || exit 1
fi
start web "$python" -m gunicorn -c deploy/gunicorn.conf.py
start worker "$python" -m source.jobs.beside

# One that cannot run ends within moments: say so now.
sleep 2
for name in web worker; do
    if ! alive "$run/$name.pid"; then
        echo "The $name has ended again. The end of its log:" >&2
        tail -n 5 "$run/$name.log" >&2
        sh deploy/stop.sh
        exit 1
    fi
done
