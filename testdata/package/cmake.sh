# CMake projects outside the tree, in C and C++ and in C alone, find the package and link it both ways.
# cmake.sh PREFIX SOURCE
set -eu
prefix=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for project in consumer consumer_c; do
  "$CMAKE" -S "$source/testdata/package/$project" -B "$work/$project" -DCMAKE_PREFIX_PATH="$prefix" >"$work/log" || {
    cat "$work/log"
    exit 1
  }
  "$CMAKE" --build "$work/$project"
  "$work/$project/consumer_shared"
  "$work/$project/consumer_static"
done
# Linking the shared library names nothing of what it is built on.
if grep -E 'OpenSSL|PkgConfig::|re2|simdjson|yaml|utf8proc' "$prefix/$LIBDIR/cmake/writ/writTargets"*.cmake; then
  echo "a private library shows in the exported targets" >&2
  exit 1
fi
