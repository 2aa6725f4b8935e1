# The front door. `make demo` and `make test` do everything on a fresh Debian 12 machine.
CASES ?=
SUITE := $(if $(CASES),$(CASES),$(or $(WRIT_CONFORMANCE),../shared/conformance-1.22))

.PHONY: build demo test conformance random bench fuzz install clean packages

build: packages
	cmake --preset release
	cmake --build --preset release

demo: build
	testdata/agent/demo build/writ

test: build
	.ci/test build

# CASES=path… runs other cases; WRIT_CONFORMANCE=folder says where OPA's suite is.
conformance: build
	testdata/conformance/run build/writ_conformance --modes $(SUITE)

# Random programs and mutants of the suite, against an OPA that Go builds. PROGRAMS=50000 for a long run.
PROGRAMS ?= 1000
random: build
	testdata/differential/run build --count $(PROGRAMS) --suite $(SUITE) --out build/finds

bench: build
	python3 bench/run.py

fuzz: packages
	.ci/install-packages clang-19 libclang-rt-19-dev
	cmake --preset asan
	cmake --build --preset asan --target fuzzers
	.ci/fuzz build/asan

install: build
	cmake --install build

packages:
	.ci/install-packages

clean:
	rm -rf build
