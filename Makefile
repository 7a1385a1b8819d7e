# Two entry points matter: `make demo` and `make test`. Everything else is a part of them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# A wrong import must not build: SwiftPM alone would let an undeclared sibling through.
FLOORS := --explicit-target-dependency-import-check error
# Tests run in release: unoptimised chunking is 57 times slower. One build for all of them.
TESTING := -c release -Xswiftc -enable-testing
BUILD_TESTS := swift build $(TESTING) --build-tests $(FLOORS)
# The independent reader's tests, on what the program that was just built stores.
RESCUE := TORIDE='$(CURDIR)/.build/release/toride' /usr/bin/python3
RUN_TESTS := SWIFT_BACKTRACE=enable=no swift test $(TESTING) --skip-build

# One file that needs nothing of the machine that it is run on, to lie on a medium.
ALONE := -Xswiftc -static-executable --scratch-path .build-alone

# What is backed up in the demo: a folder with db/, ssmix2/, dicom/, fhir/, hl7/, each optional.
DATA ?= fixtures/hospital
# For how many seconds of a processor each parser is fuzzed, and how many side by side; PARSERS names some of them.
FUZZ_SECONDS ?= 60
FUZZ_JOBS ?= 2
# Which cases are measured, and how: bench/bench.py --help.
BENCH ?= mixed messages
BENCH_OPTIONS ?= --runs 5
# Where the demo keeps everything that it makes.
DEMO_DIR ?= /var/lib/toride-demo

.PHONY: help packages s3-servers build test test-s3 demo privacy lint format vectors bench bench-copy install soak soak-kill soak-daemon soak-rescue fuzz

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

packages: ## install the Debian packages that are missing
	@demo/packages.sh

s3-servers: ## install the S3 servers that tests start, as far as they can be had (.test-s3; root)
	@Tests/Tools/s3_servers.sh

build: packages ## build the programs
	swift build -c release --static-swift-stdlib --scratch-path .build-static $(FLOORS)
	swift build -c release --product toride-verify $(ALONE) $(FLOORS)

test: packages ## everything that CI does: build once, run every test
	$(BUILD_TESTS)
	$(RUN_TESTS)
	$(RESCUE) rescue/test_rescue.py
	$(RESCUE) rescue/test_vectors.py
	/usr/bin/python3 Tests/Vectors/make.py --check

test-s3: packages s3-servers ## only the tests of stores in real S3 servers
	$(BUILD_TESTS)
	$(RUN_TESTS) --filter 'S3(Server|Attack|Damage|Trespass)Tests|(LockKill|LegalHold)Tests'

demo: packages ## bring up a demo hospital and run the main job on it
	DATA='$(DATA)' DEMO_DIR='$(DEMO_DIR)' demo/demo.sh

privacy: ## after `make demo`: search all that Toride wrote and told for the patients of DATA (root)
	demo/privacy.py '$(DATA)' '$(DEMO_DIR)'

vectors: packages ## make the vectors of docs/FORMAT.md anew (the same bytes come out)
	/usr/bin/python3 Tests/Vectors/make.py

install: build ## install the programs and systemd units (DESTDIR, as packagers know it)
	install -D -m 755 -t $(DESTDIR)/usr/bin .build-static/release/toride .build-static/release/torided
	install -D -m 755 -s -t $(DESTDIR)/usr/bin .build-alone/release/toride-verify
	install -D -m 644 -t $(DESTDIR)/usr/lib/systemd/system packaging/systemd/*.service
	install -D -m 644 -t $(DESTDIR)/usr/share/doc/toride packaging/systemd/*.conf README.md docs/*.md
	install -D -m 755 -t $(DESTDIR)/usr/share/toride/rescue rescue/toride_rescue.py
	install -D -m 644 -t $(DESTDIR)/usr/share/toride/rescue rescue/README.md
	install -D -m 644 -t $(DESTDIR)/usr/share/toride/assertions packaging/assertions/*.sql

soak: soak-kill soak-daemon soak-rescue ## all three of the following (about 25 minutes)

soak-kill: ## kill a backup of 2 GiB at 20 moments (about 10 minutes; 10 GiB of disk)
	$(BUILD_TESTS)
	TORIDE_SOAK=1 $(RUN_TESTS) --filter KillTests

soak-daemon: ## run the daemon on every-minute schedules, kill it, restart it (about 8 minutes)
	$(BUILD_TESTS)
	TORIDE_SOAK=1 $(RUN_TESTS) --filter DaemonTests

soak-rescue: ## flip every byte of a small repository and cut it at every length (about 3 minutes)
	$(BUILD_TESTS)
	$(RESCUE) rescue/soak_rescue.py

fuzz: packages ## feed every parser hostile bytes (FUZZ_SECONDS each, FUZZ_JOBS at once; PARSERS: some)
	FUZZ_JOBS='$(FUZZ_JOBS)' fuzz/fuzz.sh $(FUZZ_SECONDS) $(PARSERS)

bench: packages ## Toride beside restic and borg on the same trees (BENCH: mixed messages days dump memory; root)
	swift build -c release --static-swift-stdlib --scratch-path .build-static $(FLOORS)
	bench/bench.py --toride .build-static/release/toride --stages .build-static/release/toride-bench \
	    $(BENCH_OPTIONS) $(BENCH)

bench-copy: packages s3-servers ## 10,000 objects to SeaweedFS, beside rclone where it is installed
	swift build -c release --static-swift-stdlib --scratch-path .build-static $(FLOORS)
	bench/copies.py --toride .build-static/release/toride --weed .test-s3/bin/weed \
	    $(addprefix --rclone ,$(shell command -v rclone)) $(BENCH_OPTIONS)

lint: ## formatting and documentation rules
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

format: ## put the sources into our format
	swift format --in-place --recursive --parallel Package.swift Sources Tests
