# A CMake project outside the tree finds the package and links it both ways.
# cmake.sh PREFIX SOURCE
set -eu
prefix=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$CMAKE" -S "$source/testdata/package/consumer" -B "$work" -DCMAKE_PREFIX_PATH="$prefix" >"$work/log" || {
  cat "$work/log"
  exit 1
}
"$CMAKE" --build "$work"
"$work/consumer_shared"
"$work/consumer_static"
