# Accession: build, run and test. `make help` lists what there is.

SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

PREFIX  ?= /usr/local
VARIANT ?= release
BUILD   := build/$(VARIANT)

# What `make run` and `make test` install from Debian where it is missing.
BUILD_DEPS := gcc libc6-dev make pkg-config libfcgi-dev libjson-c-dev libpq-dev libcsv-dev \
	libyaml-dev libsodium-dev libssl-dev libseccomp-dev libzip-dev libexpat1-dev libxlsxwriter-dev \
	libutf8proc-dev libpwquality-dev libcrack2-dev liboath-dev libqrencode-dev esbuild
RUN_DEPS   := postgresql nginx-light node-diff curl cracklib-runtime wamerican
TEST_DEPS  := libcmocka-dev python3-pytest python3-requests python3-psycopg2 \
	python3-yaml python3-openpyxl clang libclang-rt-dev pgbouncer openssl systemd
BROWSER_DEPS := chromium chromium-driver python3-selenium fonts-dejavu-core npm
BENCH_DEPS := python3-requests python3-psycopg2 wrk

ifeq ($(origin CC),default)
CC       := gcc
endif
ifneq ($(filter fuzz coverage,$(VARIANT)),)
override CC := clang
endif
PACKAGES := libpq json-c libsodium libcrypto yaml-0.1 libseccomp libzip expat xlsxwriter libutf8proc pwquality liboath libqrencode
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
# Where indirect jumps and returns may go, checked by processors and systems that can.
MACHINE  := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine 2>/dev/null)))
FLOW_x86_64  := -fcf-protection
FLOW_aarch64 := -mbranch-protection=standard
HARDEN   := -fstack-protector-strong -fstack-clash-protection -fPIE $(FLOW_$(MACHINE))
# gcc does not warn about {"name", .max = 1}.
CLANG           := -Wno-missing-field-initializers
# What was forgotten to be set is 0; warnings and tools still see it as forgotten.
CFLAGS_release  := -O2 -g -D_FORTIFY_SOURCE=3 -ftrivial-auto-var-init=zero
CFLAGS_sanitize := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
	-DACCESSION_TEST_POINTS
# Built without a safeguard of imports: `make chaos-selftest` shows that chaos notices.
CFLAGS_unfenced  := $(CFLAGS_release) -DACCESSION_TEST_POINTS -DACCESSION_TEST_NO_FENCE
CFLAGS_unchecked := $(CFLAGS_release) -DACCESSION_TEST_POINTS -DACCESSION_TEST_NO_STALE_CHECK
CFLAGS_fuzz     := $(CFLAGS_sanitize) $(CLANG) -fsanitize=fuzzer-no-link
CFLAGS_coverage := -O1 -g $(CLANG) -fprofile-instr-generate -fcoverage-mapping
CPPFLAGS := -D_GNU_SOURCE -Ilib -Icgi-bin -Iworker $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
CFLAGS   := -std=c11 $(WARNINGS) $(HARDEN) $(CFLAGS_$(VARIANT))
LDFLAGS  := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code,--as-needed $(filter -fsanitize=% -fprofile%,$(CFLAGS_$(VARIANT)))
LDLIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lfcgi -lcsv -lcrack -lm

ifeq ($(CFLAGS_$(VARIANT)),)
$(error VARIANT is "$(VARIANT)": it takes release, sanitize, unfenced, unchecked, fuzz or coverage)
endif

object     = $(patsubst %.c,$(BUILD)/%.o,$(1))
LIB       := $(call object,$(wildcard lib/*/*.c)) $(BUILD)/migrations.o $(BUILD)/statements.o
API       := $(call object,$(wildcard cgi-bin/*.c cgi-bin/*/*.c))
WORKER    := $(call object,$(wildcard worker/*.c worker/*/*.c)) $(addprefix $(BUILD)/,checks.o tables.o declarations.o)
TESTS     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*/test_*.c))
SERVER_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*/server_*.c))
FUZZ      := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SHARED := $(call object,$(filter-out tests/fuzz/fuzz_%,$(wildcard tests/fuzz/*.c)))
BENCH     := $(BUILD)/tests/bench/floor
AXE       := build/axe/node_modules/axe-core
MIGRATIONS := $(sort $(wildcard sql/[0-9]*.sql))
# In the order in which `accession model sql` prints them: each after the statements it needs.
TABLE_SQL  := $(patsubst %,sql/models/statements/%.sql,make change)
DECLARED   := $(sort $(wildcard sql/models/*.yaml))
STATEMENTS := $(patsubst %,sql/models/statements/%.sql,stage diff fields review apply library verify load)
CHECKS     := $(patsubst %,sql/checks/%.sql,uploads jobs reviews people rights)
NEXT       := $(BUILD)/next-version
NEXT_SQL   := $(wildcard tests/migrations/*.sql)
PROGRAMS  := $(BUILD)/accession-api $(BUILD)/accession
PAGES     := build/pages
ARCHIVES  := $(BUILD)/api.a $(BUILD)/worker.a $(BUILD)/lib.a

# One short line per file; V=1 shows the commands.
ifeq ($(V),1)
Q   :=
say :=
else
Q   := @
say  = @printf '  %-4s %s\n' $(1) $@
endif

## Build

.PHONY: all
all: $(PROGRAMS) $(PAGES)       ## the programs, in build/release (VARIANT=sanitize: with ASan and UBSan), and the pages

$(BUILD)/accession-api: $(API) $(BUILD)/lib.a
$(BUILD)/accession: $(WORKER) $(BUILD)/lib.a
$(PROGRAMS):
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The pages, with all modules joined in one file, because browsers take milliseconds for each. They are
# in a folder whose name is a digest of them all: their addresses change with them, so browsers keep
# each for good, and old and new ones never mix.
$(PAGES): $(shell find cgi-bin/admin) | installed
	$(call say,JOIN)
	$(Q)rm -rf $@.new && mkdir -p $@.new && cp -R cgi-bin/admin $@.new/files
	$(Q)cd $@.new/files && rm README.md && mv index.html .. && esbuild main.js --outfile=accession.js --bundle --minify \
		--format=esm --target=es2022 --charset=utf8 --external:/static/diff.js \
		--sourcemap --sources-content=false --log-level=warning
	$(Q)digest=$$(cd $@.new/files && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-16) && \
		mv $@.new/files $@.new/$$digest && sed -i "s|{digest}|$$digest|" $@.new/index.html
	$(Q)rm -rf $@ && mv $@.new $@

# For tests, the operator's command of a future version, with more migrations, of all kinds.
.PHONY: next-version
next-version: $(NEXT)/accession
$(NEXT)/accession: $(WORKER) $(NEXT)/migrations.o $(BUILD)/lib.a
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(NEXT)/migrations.S: MIGRATIONS += $(NEXT_SQL)

# A test links what it needs from everything but the main.c files.
$(TESTS) $(SERVER_TESTS): $(BUILD)/%: $(BUILD)/%.o $(ARCHIVES)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$(BUILD)/lib.a: $(LIB)
$(BUILD)/api.a: $(filter-out %/main.o,$(API))
$(BUILD)/worker.a: $(filter-out %/main.o,$(WORKER))
$(ARCHIVES):
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c | installed
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(patsubst %.o,%.d,$(LIB) $(API) $(WORKER)) $(addsuffix .d,$(TESTS) $(SERVER_TESTS) $(FUZZ)) $(FUZZ_SHARED:.o=.d)

# Reports what is missing before the compiler does so in its own way.
.PHONY: installed
installed:
	@{ pkg-config --exists $(PACKAGES) && command -v esbuild >/dev/null; } || \
		{ echo "Libraries or esbuild are missing: \`make deps\` installs them." >&2; exit 1; }

# Tables of embedded files: lib/database/migrations.h, lib/base/sql_file.h. Each file is its name
# and its text, ended by a NUL. A table is written only if its list of files changed.
define EMBEDDED_FILE
	.section .rodata
.Lname_$(1): .asciz "$(1)"
.Ltext_$(1): .incbin "$(2)"
	.byte 0
	.section .data.rel.ro, "aw"
	.quad .Lname_$(1), .Ltext_$(1)

endef
# $(1) the table's symbol, $(2) its files
define EMBEDDED_TABLE
	.section .note.GNU-stack, "", %progbits
	.section .data.rel.ro, "aw"
	.balign 8
	.globl $(1)
	.type $(1), %object
$(1):
$(foreach file,$(2),$(call EMBEDDED_FILE,$(basename $(notdir $(file))),$(file)))
	.quad 0, 0
	.size $(1), . - $(1)
endef

MIGRATION_TABLES := $(addsuffix /migrations.S,$(BUILD) $(NEXT))
TABLES           := $(MIGRATION_TABLES) $(addprefix $(BUILD)/,statements.S tables.S checks.S declarations.S)
$(MIGRATION_TABLES): export TABLE = $(call EMBEDDED_TABLE,migrations,$(MIGRATIONS))
$(BUILD)/statements.S: export TABLE = $(call EMBEDDED_TABLE,model_statement_files,$(STATEMENTS))
$(BUILD)/tables.S: export TABLE = $(call EMBEDDED_TABLE,model_table_files,$(TABLE_SQL))
$(BUILD)/declarations.S: export TABLE = $(call EMBEDDED_TABLE,declaration_files,$(DECLARED))
$(BUILD)/checks.S: export TABLE = $(call EMBEDDED_TABLE,check_files,$(CHECKS))

.PHONY: always
$(TABLES): always
	@mkdir -p $(@D)
	@printf '%s\n' "$$TABLE" >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(MIGRATION_TABLES:.S=.o): $(MIGRATIONS) $(NEXT_SQL)
$(BUILD)/statements.o: $(STATEMENTS)
$(BUILD)/tables.o: $(TABLE_SQL)
$(BUILD)/declarations.o: $(DECLARED)
$(BUILD)/checks.o: $(CHECKS)
$(TABLES:.S=.o): %.o: %.S
	$(call say,AS)
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

## Run

# Installing packages changes what this Makefile found out about libraries, so the build after it is
# a separate make. It uses all processors, unless the caller gave a number.
BUILD_WITH = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
.PHONY: run stop status
run:                            ## a complete private site in var/, in the background [PORT=8080] [SAMPLE=0]
	@.ci/packages $(BUILD_DEPS) $(RUN_DEPS)
	@$(BUILD_WITH) all VARIANT=release
	@tests/site start var $(if $(PORT),--port $(PORT)) --sample $(or $(SAMPLE),1)

stop:                           ## ends what `make run` started; the data stays
	@tests/site stop var

status:                         ## what of it runs
	@tests/site status var

## Test

.PHONY: test unit e2e browser screenshots unit-programs release-tests failover bench bench-programs
test: test-deps $(AXE)          ## everything, beside a running `make run`; the last line counts
	@$(BUILD_WITH) all next-version unit-programs VARIANT=sanitize
	@$(BUILD_WITH) all release-tests VARIANT=release
	@$(BUILD_WITH) fuzz-programs VARIANT=fuzz
	@tests/run all

unit: test-deps                 ## the unit tests alone
	@$(BUILD_WITH) unit-programs VARIANT=sanitize
	@tests/run unit

e2e: test-deps                  ## the end-to-end tests alone [ARGS="-k words"]
	@$(BUILD_WITH) all next-version VARIANT=sanitize
	@$(BUILD_WITH) all release-tests VARIANT=release
	@tests/run e2e $(ARGS)

browser: $(AXE)                 ## the browser tests alone [ARGS="-k words"]
	@$(BUILD_WITH) all VARIANT=sanitize
	@tests/run browser $(ARGS)

screenshots: browser-deps       ## a picture of each page, in build/screenshots
	@$(BUILD_WITH) all VARIANT=release
	@.ci/packages fonts-inter
	@FONTCONFIG_FILE="$(CURDIR)/tests/browser/fonts.conf" \
		/usr/bin/python3 -B tests/browser/screenshots.py build/screenshots

# The accessibility checker is the only thing not from Debian. The lock has its version and hash.
$(AXE): tests/browser/package.json tests/browser/package-lock.json | browser-deps
	@mkdir -p build/axe
	@cp $^ build/axe/
	@cd build/axe && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
.PHONY: fault chaos chaos-selftest
fault: test-deps                ## the tests of what breaks alone [ARGS="-k words"]
	@$(BUILD_WITH) all VARIANT=sanitize
	@tests/run fault $(ARGS)

chaos: test-deps                ## random requests while everything is killed [ROUNDS=20] [SEED=n]
	@$(BUILD_WITH) all VARIANT=sanitize
	@tests/fault/chaos.py --rounds $(or $(ROUNDS),20) $(if $(SEED),--seed $(SEED))

chaos-selftest: test-deps       # whether chaos would notice that the fence or the stale check is gone
	@for variant in unfenced unchecked; do \
		$(BUILD_WITH) all VARIANT=$$variant; \
		if tests/fault/chaos.py --first --rounds 60 --seed 1 --programs $$variant \
			--focus --round-seconds 8 --lost-ms 300 --base 5000; then \
			echo "chaos has not noticed anything: $$variant"; exit 1; \
		fi; \
	done

unit-programs: $(TESTS)

# The end-to-end tests run these: sanitizers need a wider sandbox, and a server must be running.
release-tests: $(BUILD)/tests/unit/parser/test_sandbox $(SERVER_TESTS)

.PHONY: fuzz fuzz-selftest fuzz-programs
fuzz:                           ## new inputs for every parser [SECONDS=60 for each] [TARGET=csv]
	@.ci/packages $(BUILD_DEPS) $(TEST_DEPS) llvm
	@$(BUILD_WITH) fuzz-programs VARIANT=fuzz
	@$(BUILD_WITH) fuzz-programs VARIANT=coverage
	@tests/fuzz/run fuzz $(or $(SECONDS),60) $(TARGET)

fuzz-selftest: test-deps        ## whether fuzzing would find an overflow, by planting one
	@$(BUILD_WITH) fuzz-programs VARIANT=fuzz
	@tests/fuzz/run selftest $(or $(SECONDS),300) $(TARGET)

fuzz-programs: $(FUZZ)

$(FUZZ): %: %.o $(FUZZ_SHARED) $(ARCHIVES)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

failover:                       ## kills PostgreSQL's primary in the middle of work [ROUNDS=20] [SEED=n]
	@.ci/packages $(BUILD_DEPS) $(RUN_DEPS) $(TEST_DEPS)
	@$(BUILD_WITH) all VARIANT=release
	@tests/fault/failover.py --rounds $(or $(ROUNDS),20) $(if $(SEED),--seed $(SEED))

.PHONY: abuse
abuse:                          ## what others notice of people who guess passwords or take too much [ARGS="--seconds 20"]
	@.ci/packages $(BUILD_DEPS) $(RUN_DEPS) $(TEST_DEPS)
	@$(BUILD_WITH) all VARIANT=release
	@VARIANT=release tests/fault/abuse.py $(ARGS)

bench:                          ## the speed targets, as ratios [ARGS="--quick"]
	@.ci/packages $(BUILD_DEPS) $(RUN_DEPS) $(BENCH_DEPS)
	@$(BUILD_WITH) all bench-programs VARIANT=release
	@tests/bench/run $(ARGS)

bench-programs: $(BENCH)

$(BENCH): %: %.o
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

SOURCES := $(wildcard lib/*/*.c cgi-bin/*.c cgi-bin/*/*.c worker/*.c worker/*/*.c tests/*/*.c tests/unit/*/*.c)
HEADERS := $(wildcard lib/*/*.h cgi-bin/*/*.h worker/*/*.h tests/*/*.h tests/unit/*/*.h)
SCRIPTS := tests/run tests/site tests/fuzz/run .ci/run .ci/packages .ci/includes

.PHONY: lint
lint:                           ## includes, clang-format, clang-tidy, bash -n, shellcheck
	.ci/includes
	clang-format --dry-run -Werror $(SOURCES) $(HEADERS)
	printf '%s\n' $(SOURCES) | xargs -P"$$(nproc)" -I'{}' \
		clang-tidy --quiet '{}' -- -std=c11 $(CPPFLAGS) 2> >(grep -v 'warnings\? generated' >&2)
	for script in $(SCRIPTS); do bash -n "$$script"; done
	if command -v shellcheck >/dev/null; then shellcheck $(SCRIPTS); fi

## Install

# Unit files and nginx.conf.example name the default paths; another PREFIX is put in here.
.PHONY: install
install: all                    ## the programs and what goes with them [DESTDIR=] [PREFIX=/usr/local]
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin sbin share/accession/sample share/accession/models lib/systemd/system)
	install $(BUILD)/accession $(DESTDIR)$(PREFIX)/bin/
	install $(BUILD)/accession-api $(DESTDIR)$(PREFIX)/sbin/
	install -m 644 sql/sample/* $(DESTDIR)$(PREFIX)/share/accession/sample/
	install -m 644 $(DECLARED) sql/models/README.md $(DESTDIR)$(PREFIX)/share/accession/models/
	for file in nginx.conf.example sql/roles.sql; do \
		sed 's|/usr/local|$(PREFIX)|g' $$file > $(DESTDIR)$(PREFIX)/share/accession/$${file##*/}; \
	done
	for unit in worker/system/*.service; do \
		sed 's|/usr/local|$(PREFIX)|g' $$unit > $(DESTDIR)$(PREFIX)/lib/systemd/system/$${unit##*/}; \
	done
	rm -rf $(DESTDIR)$(PREFIX)/share/accession/admin
	cp -R $(PAGES) $(DESTDIR)$(PREFIX)/share/accession/admin
	chmod -R u=rwX,go=rX $(DESTDIR)$(PREFIX)/share/accession/admin

# What `make run` needs beside the libraries; curl is for people.
.PHONY: sbom
sbom: all                       ## what the programs consist of, in build/accession.spdx.json (SPDX)
	@.ci/sbom $(PROGRAMS) -- $(filter-out curl,$(RUN_DEPS)) >build/accession.spdx.json.new
	@mv build/accession.spdx.json.new build/accession.spdx.json
	@echo "  build/accession.spdx.json"

## Other

.PHONY: deps test-deps browser-deps clean help
deps:                           ## installs the Debian packages that building and running need
	@.ci/packages $(BUILD_DEPS) $(RUN_DEPS)

test-deps:
	@.ci/packages $(BUILD_DEPS) $(RUN_DEPS) $(TEST_DEPS)

browser-deps: test-deps
	@.ci/packages $(BROWSER_DEPS)

clean:                          ## stops the site and removes build/ and var/, data included
	@tests/site remove var
	rm -rf build

help:                           ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
