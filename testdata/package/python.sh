# python.sh PREFIX SOURCE
set -eu
command -v python3 >/dev/null || { echo "skipped: there is no python3"; exit 77; }
python3 -c 'import ctypes' 2>/dev/null || { echo "skipped: python3 has no ctypes"; exit 77; }
examples=$2/testdata/examples
WRIT_LIBRARY="$1/$LIBDIR/libwrit.so.0" python3 "$examples/python/decide.py" "$examples/policy.rego"
