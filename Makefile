# One entry for people and CI alike: `make help` lists the targets.
CARGO ?= cargo
export CARGO_LLVM_COV_SETUP = no

.PHONY: help needs demo test lint docs install uninstall race crash models sequences interop bench timing fuzz
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

needs: ## check what the build needs, and install it where that is allowed
	@sh scripts/needs

demo: needs ## a person signs in, fails, is locked out and comes back; type into it at a terminal
	@echo "building: a minute or two the first time"
	@$(CARGO) run --quiet --release --locked -p pinbolt-examples --bin demo

test: ## every test, in Rust, C and Python: laws, failures, models, races, crashes, stories, examples
	@sh scripts/needs test
	@sh scripts/test

lint: needs ## formatting and lints
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps --all-features

docs: needs ## build the documentation
	$(CARGO) doc --locked -p pinbolt -p pinbolt-sqlite -p pinbolt-open -p pinbolt-phone -p pinbolt-provision --no-deps --all-features
	@echo target/doc/pinbolt/index.html

install: needs ## the C library into PREFIX (/usr/local): header, libraries, pkg-config file
	@$(MAKE) --no-print-directory -C ffi-c install

uninstall: ## take the C library's files out of PREFIX again, and no other
	@$(MAKE) --no-print-directory -C ffi-c uninstall

race: ## parallel guesses on memory and SQLite, from Rust and Python, and how many were judged
	@sh scripts/needs test
	@sh scripts/race

crash: needs ## stop at every question; kill a process 200 times
	@$(CARGO) run --quiet --release --locked -p pinbolt-drills --bin crash

models: needs ## explore the protocols' states, and the broken forms that must fail
	@$(CARGO) run --quiet --release --locked -p pinbolt-models

sequences: needs ## a million random steps against the model
	PINBOLT_STEPS=1000000 $(CARGO) test --release --locked -p pinbolt --test sequences -- --nocapture

interop: ## codes, addresses, pictures, PSKC and whole files against the programs that others use
	@sh scripts/needs test
	@sh scripts/interop

bench: ## figures, as ratios beside a peer in one run
	@sh scripts/needs test
	@sh scripts/bench

timing: needs ## whether the time of matching a code tells anything of it (dudect, a million timings each)
	@$(CARGO) run --quiet --release --locked -p pinbolt-timing

fuzz: needs ## each fuzz target for a minute; needs a nightly toolchain
	@sh scripts/fuzz
