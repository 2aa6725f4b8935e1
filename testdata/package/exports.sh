# libwrit.so exports what exports.map lists, and nothing else.
# exports.sh PREFIX SOURCE
set -eu
prefix=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nm -D --defined-only "$prefix/$LIBDIR/libwrit.so" >"$work/symbols"
awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' "$work/symbols" | sort >"$work/exported"
sed -n 's/^ *\(writ_[a-z0-9_]*\);$/\1/p' "$source/engine/api/exports.map" | sort >"$work/listed"
diff "$work/listed" "$work/exported"
if test -f "$prefix/$LIBDIR/libwrit_http.so"; then
  nm -D --defined-only "$prefix/$LIBDIR/libwrit_http.so" >"$work/symbols"
  awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' "$work/symbols" | sort >"$work/exported"
  sed -n 's/^ *\(writ_[a-z0-9_]*\);$/\1/p' "$source/engine/http/library/exports.map" | sort >"$work/listed"
  diff "$work/listed" "$work/exported"
fi
readelf -d "$prefix/$LIBDIR/libwrit.so" | grep -q 'SONAME.*libwrit.so.0]'
