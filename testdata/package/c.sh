# Programs outside the tree, in C and in C++, against the installed library: shared and static.
# c.sh PREFIX SOURCE
set -eu
prefix=$1 source=$2
# Instead of the system's folders: the installed files must be enough.
export PKG_CONFIG_LIBDIR="$prefix/$LIBDIR/pkgconfig"
export LD_LIBRARY_PATH="$prefix/$LIBDIR"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
strict="-Wall -Wextra -Wpedantic -Werror"
flags=$(pkg-config --cflags writ)
shared=$(pkg-config --libs writ)
static=$(pkg-config --static --libs writ | sed 's/-lwrit/-l:libwrit.a/')
consumer=$source/testdata/package/consumer

# build_and_run COMPILER ARGUMENTS…
build_and_run() {
  "$@" -o program
  ./program
}

for standard in c99 c11; do
  build_and_run $CC -std=$standard $strict $flags "$consumer/consumer.c" $shared
done
build_and_run $CXX -x c++ -std=c++17 $strict $flags "$consumer/consumer.c" -x none $shared
for standard in c++17 c++20; do
  build_and_run $CXX -std=$standard $strict $flags "$consumer/consumer.cc" $shared
done
# evidence.c, with a store of its own.
keep_and_repeat() {
  "$@" -o evidence
  ./evidence "$(mktemp -d -p "$work")/policies"
}
keep_and_repeat $CC -std=c99 $strict $flags "$consumer/evidence.c" $shared
keep_and_repeat $CXX -x c++ -std=c++17 $strict $flags "$consumer/evidence.c" -x none $shared
if test -f "$prefix/include/writ/writ_http.h"; then
  build_and_run $CC -std=c99 $strict $flags "$consumer/http.c" -lwrit_http $shared
  build_and_run $CXX -x c++ -std=c++17 $strict $flags "$consumer/http.c" -x none -lwrit_http $shared
fi
$CC -std=c11 $strict $flags "$source/testdata/examples/c/decide.c" $shared -o decide
./decide "$source/testdata/examples/policy.rego"

unset LD_LIBRARY_PATH
build_and_run $CC -std=c11 $strict $flags "$consumer/consumer.c" $static
keep_and_repeat $CC -std=c11 $strict $flags "$consumer/evidence.c" $static
build_and_run $CXX -std=c++17 $strict $flags "$consumer/consumer.cc" $static
# Who does not use the policy store or replay does not carry them.
if nm -C program | grep -q 'writ::PolicyStore\|writ::Replayer'; then
  echo "a program that only decides contains the policy store or the verifier"
  exit 1
fi
