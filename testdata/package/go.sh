# go.sh PREFIX SOURCE
set -eu
command -v go >/dev/null || { echo "skipped: there is no go"; exit 77; }
test "$(go env CGO_ENABLED)" = 1 || { echo "skipped: this go has no cgo"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$2"/testdata/examples/go/* "$work"
cd "$work"
export GOFLAGS=-mod=mod GOPROXY=off CGO_CFLAGS="-I$1/include" CGO_LDFLAGS="-L$1/$LIBDIR -lwrit"
go build -o decide .
LD_LIBRARY_PATH="$1/$LIBDIR" ./decide "$2/testdata/examples/policy.rego"
