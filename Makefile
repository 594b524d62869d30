# One entry for people and CI alike: `make help` lists the targets.
CARGO ?= cargo
export CARGO_LLVM_COV_SETUP = no

.PHONY: help needs demo test lint docs race crash models sequences bench fuzz
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

needs: ## check what the build needs, and install it where that is allowed
	@sh scripts/needs

demo: needs ## a person signs in, fails, is locked out and comes back; type into it at a terminal
	@echo "building: a minute or two the first time"
	@$(CARGO) run --quiet --release --locked -p pinbolt-examples --bin demo

test: needs ## every test: units, laws, failures, models, conformance, races, crashes, examples, docs
	@sh scripts/test

lint: needs ## formatting and lints
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps --all-features

docs: needs ## build the documentation
	$(CARGO) doc --locked -p pinbolt -p pinbolt-sqlite -p pinbolt-open --no-deps --all-features
	@echo target/doc/pinbolt/index.html

race: needs ## parallel guesses on memory and SQLite, and how many were judged
	@$(CARGO) run --quiet --release --locked -p pinbolt-drills --bin race

crash: needs ## stop at every question; kill a process 200 times
	@$(CARGO) run --quiet --release --locked -p pinbolt-drills --bin crash

models: needs ## explore the protocols' states, and the broken forms that must fail
	@$(CARGO) run --quiet --release --locked -p pinbolt-models

sequences: needs ## a million random steps against the model
	PINBOLT_STEPS=1000000 $(CARGO) test --release --locked -p pinbolt --test sequences -- --nocapture

bench: needs ## figures, as ratios beside a peer in one run
	@$(CARGO) bench --locked -p pinbolt-benches

fuzz: needs ## each fuzz target for a minute; needs a nightly toolchain
	@sh scripts/fuzz
