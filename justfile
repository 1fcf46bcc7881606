# `just` lists what there is; each recipe is one line that can be typed by hand.

_default:
    @just --list

# Everything that must pass before a change lands: the script that CI runs
check:
    bash .ci/run

# All tests, documentation tests too
test *args:
    cargo test --workspace {{args}}

# The rules of the house alone: seconds
tidy:
    cargo test --test tidy

# A simulated caller with a synthetic voice books a party
demo:
    cargo demo

# The same without speech models
demo-scripted:
    cargo demo -- --scripted

# Take calls
serve:
    cargo run -- serve

fmt:
    cargo fmt --all

lint:
    cargo clippy --workspace --all-targets -- -D warnings

doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Licences, bans and sources for every platform; needs cargo-deny
deny:
    cargo deny --all-features check bans licenses sources
