# The names people type. The build itself is Meson's: see meson.build.
BUILD ?= build
# Warnings are errors where we test, not with whatever compiler comes next year.
WERROR = $(if $(CI),--werror)
export npm_config_fund = false
export npm_config_audit = false
export npm_config_update_notifier = false

.PHONY: run build test check san fuzz bench lint format clean packages check-packages test-packages

run: build
	@./$(BUILD)/whet demo $(ARGS)

build: packages $(BUILD)/build.ninja web/node_modules/.stamp
	@ninja -C $(BUILD) --quiet

packages:
	@tools/packages build

check-packages:
	@tools/packages build check

test-packages:
	@tools/packages build test

$(BUILD)/build.ninja: | packages
	@echo "Building: about half a minute the first time"
	@meson setup $(BUILD) $(WERROR) >/dev/null || { meson setup $(BUILD) $(WERROR); exit 1; }

web/node_modules/.stamp: web/package-lock.json | packages
	@npm ci --prefix web --silent --ignore-scripts
	@touch $@

tests/browser/node_modules/.stamp: tests/browser/package-lock.json | test-packages
	@npm ci --prefix tests/browser --silent --ignore-scripts
	@touch $@

bench/node_modules/.stamp: bench/package-lock.json | test-packages
	@npm ci --prefix bench --silent --ignore-scripts
	@touch $@

# Everything that proves that it works. The last line is "N passed, N failed".
test: test-packages build tests/browser/node_modules/.stamp
	@tools/run-tests $(BUILD)

# The quick half: the client's types, the rules of the house, and the unit tests on SQLite.
check: check-packages build lint
	@meson test -C $(BUILD) --quiet --print-errorlogs

san: test-packages build
	@tools/run-sanitizers

fuzz: test-packages
	@tools/run-fuzz $(SECONDS)

bench: test-packages build bench/node_modules/.stamp
	@node bench/run.mjs $(BUILD)

lint: build
	@npm run --prefix web --silent check
	@tools/lint

format:
	@tools/packages format
	@clang-format -i $$(git ls-files '*.c' '*.h')

clean:
	@rm -rf $(BUILD) build-san build-fuzz
