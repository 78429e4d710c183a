#!/bin/sh
# Installs a wheel into an empty environment that knows no Swift, and scores a frame with it.
#   Tests/Package/wheel.sh WHEEL
# What the wheel depends on, and pandas for the frame, come from the package index.
set -eu
wheel=$(realpath "$1")
root=$(realpath "$(dirname "$0")/../..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed() { echo "failed: $*" >&2; exit 1; }
python=$(command -v python3)
unset LD_LIBRARY_PATH DORSAL_LIBRARY DORSAL_MODEL PYTHONPATH
PATH=/usr/bin:/bin
if command -v swift > /dev/null; then failed "swift is in $PATH"; fi
cd "$work"
"$python" -m venv environment
environment/bin/pip install --quiet "$wheel" pandas
cat > use.py <<'LINES'
import dorsal, pandas
frame = pandas.DataFrame({"id": ["a", "b"], "age": [67, 30], "night_pain": [True, None]})
print(dorsal.Model().score(frame, top=1).to_csv(index=False))
LINES
environment/bin/python use.py > answers.csv || failed "three lines"
test "$(grep -cE '^[ab],' answers.csv)" = 2 || failed "answers: $(cat answers.csv)"
library=$(find environment -name libdorsal.so)
"$root/Tests/Package/symbols.sh" "$library"
if ldd "$library" | grep -iE 'swift|foundation|dispatch|blas|lapack|zstd|lz4'; then
  failed "it asks for what not every Linux has"
fi
if readelf -d "$library" | grep -E 'R(UN)?PATH'; then failed "a path of the build machine"; fi
echo "the wheel works; it asks for $(ldd "$library" | awk '{ print $1 }' | tr '\n' ' ')"
