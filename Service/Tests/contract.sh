#!/bin/sh
# Holds the service against its OpenAPI document, and against hostile callers, in a Python
# environment of its own: Service/Tests/contract.sh [path of dorsal-serve]
set -e
here=$(cd "$(dirname "$0")" && pwd)
serve=${1:-$here/../.build/debug/dorsal-serve}
venv=$here/../.build-contract
test -x "$venv/bin/python" || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
"$venv/bin/python" "$here/contract.py" "$serve"
"$venv/bin/python" "$here/hostile.py" "$serve"
"$venv/bin/python" "$here/exchange.py" "$serve"
