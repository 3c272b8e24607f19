# The commands of every day; `make help` lists them. The build itself is CMake's (CMakePresets.json).

.DEFAULT_GOAL := build
MAKEFLAGS += --no-print-directory

JOBS   ?= $(shell nproc 2>/dev/null || echo 2)
PREFIX ?= /usr/local
ARGS   ?=
CTEST  := ctest --parallel $(JOBS)

# `make calibrate ARGS='--script loop'` chooses another script.
script_option = $(if $(filter --script --script=%,$(ARGS)),,--script ecdsa-loop)
c_files = find calibrate harness include results scripts tests -name '*.[ch]'

.PHONY: help
help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: build
build: build-release ## Set up, and build build/release/plutbench

.PHONY: calibrate
calibrate: build-release ## Build, and calibrate ecdsa-loop; ARGS='...' gives other options
	build/release/plutbench calibrate $(script_option) $(ARGS)

.PHONY: test
test: build-release ## Build, and run all tests
	$(CTEST) --preset release

.PHONY: test-peers
test-peers: build-release ## Compare transactions with two other implementations (node, npm, network)
	sh tests/peers/run.sh build/release

.PHONY: asan ubsan debug
asan: build-asan ## All tests under AddressSanitizer
	$(CTEST) --preset asan
ubsan: build-ubsan ## All tests under UndefinedBehaviorSanitizer
	$(CTEST) --preset ubsan
debug: build-debug ## An unoptimised build in build/debug

.PHONY: fuzz
fuzz: setup-dev build-fuzz ## Each fuzz target for PLB_FUZZ_SECONDS seconds (default 10)
	$(CTEST) --preset fuzz

.PHONY: coverage
coverage: setup-dev build-coverage ## All tests with counted lines, in build/coverage/report.html
	$(CTEST) --preset coverage
	gcovr --root . --filter 'calibrate/' --filter 'harness/' --filter 'results/' --filter 'scripts/' \
	    --html-details build/coverage/report.html --print-summary build/coverage

.PHONY: format check-format
format: setup-dev ## Format all C files
	@$(c_files) -exec clang-format-14 -i {} +
check-format: setup-dev ## Fail when a C file is not formatted
	@$(c_files) -exec clang-format-14 --dry-run -Werror {} +

.PHONY: install
install: build-release ## Install to PREFIX (default /usr/local)
	cmake --install build/release --prefix $(PREFIX)

.PHONY: package
package: setup-dev build-package ## Debian packages, in build/package
	cpack --config build/package/CPackConfig.cmake -B build/package

.PHONY: docs
docs: build-release ## Write docs/commands.md from the table of commands
	cmake --build build/release --target docs

.PHONY: clean distclean
clean: ## Delete what was built; fetched libraries stay
	find build -mindepth 1 -maxdepth 1 -type d ! -name deps -exec rm -rf {} + 2>/dev/null || true
distclean: ## Delete everything under build
	rm -rf build

# ---- What the commands stand on ----

.PHONY: setup setup-dev
setup:
	@sh cmake/setup.sh base
setup-dev:
	@sh cmake/setup.sh dev

# CMake runs again by itself when its files change, except for the presets.
build-%: setup
	@[ build/$*/build.ninja -nt CMakePresets.json ] || cmake --preset $*
	@cmake --build --preset $* --parallel $(JOBS)
