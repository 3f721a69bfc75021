#!/usr/bin/env bash
# gcs.sh DATASET gs://BUCKET/PREFIX: uploads the published version, then says so in `current`, one object written last.
set -euo pipefail
version=$(realpath "$1/current")
name=$(basename "$version")
gcloud storage rsync --recursive "$version" "$2/versions/$name"
printf '%s\n' "$name" | gcloud storage cp - "$2/current"
