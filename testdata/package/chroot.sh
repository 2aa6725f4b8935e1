# A bare Debian with compilers and nothing of what writ is built from: the installed files are enough for the programs in C,
# C++ and CMake that README.md shows, and, once the private libraries are there, for a static program in C.
# chroot.sh PREFIX SOURCE
set -eu
source=$2
skip() {
  echo "skipped: $1"
  exit 77
}
test -n "${WRIT_CHROOT_TEST:-}" || skip "it takes minutes and the network: set WRIT_CHROOT_TEST=1"
test "$(id -u)" -eq 0 || skip "only root can make a chroot"
command -v debootstrap >/dev/null || skip "there is no debootstrap"
command -v python3 >/dev/null || skip "there is no python3"
. /etc/os-release
test "$ID" = debian || skip "the programs of this build run on $ID only, and debootstrap makes a Debian"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
# The shared libraries that libwrit.so needs, as a package of writ would depend on them.
needed=$(ldd "$1/$LIBDIR/libwrit.so" | awk '$3 ~ "^/" { print $1 }' | while read -r library; do
  dpkg-query -S "*/$library" | sed -n 's/:.*//p' | head -n 1
done | sort -u | grep -v -E '^(libc6|libgcc-s1)$')
compilers="gcc g++ libc6-dev pkg-config cmake make"
debootstrap --variant=minbase --include="$(echo $compilers $needed | tr ' ' ',')" "$VERSION_CODENAME" "$root" \
  ${WRIT_DEBIAN_MIRROR:-} >"$root.log" 2>&1 || {
  reason=$(tail -n 1 "$root.log")
  rm -f "$root.log"
  skip "debootstrap could not make a system: $reason"
}
rm -f "$root.log"
for header in re2 simdjson.h yaml.h openssl utf8proc.h CLI catch2; do
  test ! -e "$root/usr/include/$header" || { echo "the system is not bare: $header" >&2; exit 1; }
done

DESTDIR="$root" "$CMAKE" --install "$BUILD" --component library --prefix /usr/local >/dev/null
chroot "$root" ldconfig
python3 "$source/testdata/semantics/readme.py" "$source/README.md" "$BUILD" --chroot "$root"

chroot "$root" sh -c 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
  libre2-dev libsimdjson-dev libyaml-dev libssl-dev libutf8proc-dev' >"$root/log" 2>&1 || { tail "$root/log"; exit 1; }
mkdir -p "$root/work"
cp -r "$source/testdata/package/consumer" "$source/testdata/package/consumer_c" "$root/work"
chroot "$root" sh -euc 'cd /work
  cmake -S consumer_c -B static >/dev/null
  cmake --build static >/dev/null
  static/consumer_shared
  static/consumer_static
  cc -std=c11 consumer/consumer.c $(pkg-config --static --cflags --libs writ | sed s/-lwrit/-l:libwrit.a/) -o consumer_c/program
  consumer_c/program'
echo "a bare Debian $VERSION_CODENAME builds and runs the programs of README.md"
