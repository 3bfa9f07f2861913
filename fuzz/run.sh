#!/usr/bin/env bash
# Runs every target for as many seconds as the first argument says, an hour each where it says nothing.
# What is found and kept goes to fuzz/found/, what fails to fuzz/artifacts/; the corpus is only read.
# Needs a nightly compiler and cargo-fuzz (`cargo install cargo-fuzz`).
set -euo pipefail
cd "$(dirname "$0")/.."

for target in commands formats values files; do
  mkdir -p "fuzz/found/$target"
  cargo +nightly fuzz run "$target" "fuzz/found/$target" "fuzz/corpus/$target" -- \
    -max_total_time="${1:-3600}" -max_len=400 -timeout=60 -rss_limit_mb=4096
done
