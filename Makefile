# Two entry points matter: `make demo` and `make test`. Everything else is a part of them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# A wrong import must not build: SwiftPM alone would let an undeclared sibling through.
FLOORS := --explicit-target-dependency-import-check error
# Unoptimised chunking is 57 times slower, so tests run in release too, from one build.

.PHONY: help test lint format

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

test: ## everything that CI does: build once, run every test
	swift build -c release --build-tests -Xswiftc -enable-testing $(FLOORS)
	SWIFT_BACKTRACE=enable=no swift test -c release --skip-build -Xswiftc -enable-testing

lint: ## formatting and documentation rules
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

format: ## put the sources into our format
	swift format --in-place --recursive --parallel Package.swift Sources Tests
