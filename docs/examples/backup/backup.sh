#!/usr/bin/env bash
# backup.sh DATASET ARCHIVE: the journals, from which everything can be rebuilt, and the published version as it is.
# A run may be under way: a version never changes, and a journal only grows.
set -euo pipefail
version=$(basename "$(realpath "$1/current")")
tar --create --gzip --file "$2.new" --warning=no-file-changed \
  --directory "$1" .state/journal "versions/$version" || [ $? -eq 1 ]
mv "$2.new" "$2"
