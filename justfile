# Recipes for development; `just` lists them.

_default:
    @just --list

# Everything that has to hold before a change is merged
check:
    .ci/run

# All tests
test:
    .ci/run test

# Rewrite generated pages, the schema and what golden directories expect; then read the difference
update:
    UPDATE_EXPECT=1 .ci/run test

# Random expressions anew, with their answers by Terraform, which has to be on the path
oracle seed count="60":
    python3 tests/oracle/generate.py --seed {{ seed }} --count {{ count }} --out testdata/oracle/{{ seed }}

# Formatting and lints
lint:
    .ci/run fmt clippy

# Scan the bundled example
example *options:
    cargo run --release --no-default-features -- scan examples/shop/plan.json {{ options }}
