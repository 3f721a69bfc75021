#!/usr/bin/env bash
# azure.sh DATASET ACCOUNT CONTAINER: uploads the published version, then says so in `current`, one blob written last.
set -euo pipefail
version=$(realpath "$1/current")
name=$(basename "$version")
pointer=$(mktemp)
trap 'rm -f "$pointer"' EXIT
printf '%s\n' "$name" > "$pointer"
az storage blob upload-batch --only-show-errors --auth-mode login --overwrite \
  --account-name "$2" --destination "$3" --destination-path "versions/$name" --source "$version"
az storage blob upload --only-show-errors --auth-mode login --overwrite \
  --account-name "$2" --container-name "$3" --name current --file "$pointer"
