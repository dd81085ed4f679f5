# Short names for what `cargo xtask` does; the logic is all there.

# List the recipes
default:
    @just --list

# All set-up the tests need, then all tests
test:
    cargo xtask test

# Everything CI runs
ci:
    cargo xtask ci

# Compare the workspace with the crate map
house:
    cargo xtask house

# Write generated files again
generate:
    cargo xtask generate

# Measure; pass what to measure and with whom to compare
bench *ARGS:
    cargo xtask bench {{ARGS}}
