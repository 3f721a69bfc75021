#!/usr/bin/env bash
# s3.sh DATASET s3://BUCKET/PREFIX: uploads the published version, then says so in `current`, one object written last.
set -euo pipefail
version=$(realpath "$1/current")
name=$(basename "$version")
aws s3 sync --only-show-errors "$version" "$2/versions/$name"
printf '%s\n' "$name" | aws s3 cp --only-show-errors - "$2/current"
