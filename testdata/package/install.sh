# Installs the library twice: to a prefix, and staged below another directory. Both must hold the same files.
# install.sh CMAKE BUILD PREFIX
set -eu
cmake=$1 build=$2 prefix=$3
rm -rf "$prefix" "$prefix-staged"
"$cmake" --install "$build" --component library --prefix "$prefix" >/dev/null
DESTDIR="$prefix-staged" "$cmake" --install "$build" --component library --prefix /opt/writ >/dev/null
(cd "$prefix" && find . | sort) >"$prefix.files"
(cd "$prefix-staged/opt/writ" && find . | sort) | cmp - "$prefix.files"
test -f "$prefix/include/writ/writ.h"
test -f "$prefix/include/writ/writ.hpp"
# Neither place may be written into the files.
if grep -rlF -e "$build" "$prefix" --include='*.cmake' --include='*.pc'; then
  echo "an installed file names the build directory" >&2
  exit 1
fi
