#!/usr/bin/env bash
# restore.sh ARCHIVE DATASET: into a directory that is not there yet. The database is rebuilt from the journals.
set -euo pipefail
mkdir "$2"
tar --extract --gzip --file "$1" --directory "$2" .state
dmarc-etl replay --out "$2"
dmarc-etl check --out "$2"
