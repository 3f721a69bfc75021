#!/usr/bin/env bash
# stable-copy.sh DATASET FILE: the published database under a name that stays, replaced whole, for tools that keep one
# file open or want it in a directory of theirs.
set -euo pipefail
version=$(realpath "$1/current")
cp "$version/dmarc.duckdb" "$2.new"
mv "$2.new" "$2"
