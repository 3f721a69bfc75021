#!/usr/bin/env bash
# Writes docs/terminal.md: what a session on the sandbox looks like in a terminal of 80 and of 120 columns, captured by
# tmux. Run `npm run build` first. Days, sizes and durations are those of the moment.
set -euo pipefail
cd "$(dirname "$0")/.."
program="$PWD/dist/cli.js"
scratch=$(mktemp -d)
server="dmarc-etl-$$"
cleanup() {
  tmux -L "$server" kill-server 2> /dev/null || true
  kill "$sandbox" 2> /dev/null || true
  wait
  rm -rf "$scratch"
}
trap cleanup EXIT

node "$program" sandbox --monitors 3 --ips 12 --days 14 --rate-limit 0 > "$scratch/sandbox" &
sandbox=$!
until grep -qs '^token' "$scratch/sandbox"; do sleep 0.2; done
url=$(awk '/^url/ { print $2 }' "$scratch/sandbox")
token=$(awk '/^token/ { print $2 }' "$scratch/sandbox")
mkdir "$scratch/bin"
mkdir "$scratch/lib"
ln -s "$program" "$scratch/lib/dmarc-etl"
printf '#!/bin/sh\nexec node "%s" "$@"\n' "$scratch/lib/dmarc-etl" > "$scratch/bin/dmarc-etl"
chmod +x "$scratch/bin/dmarc-etl"

# session COLUMNS: runs each command in a terminal that wide, and prints what it shows when the command has ended.
session() {
  local columns=$1 home="$scratch/$1" command
  mkdir "$home"
  tmux -L "$server" -f /dev/null new-session -d -s "w$columns" -x "$columns" -y 100 -c "$home" \
    "env -i TERM=tmux-256color LANG=C.UTF-8 HOME='$home' PATH='$scratch/bin:$PATH' MAILERSEND_API_TOKEN='$token' \
    DMARC_ETL_API_URL='$url' PS1='$ ' bash --norc --noprofile"
  for command in \
    'dmarc-etl run --max-requests 20' \
    'dmarc-etl run' \
    'dmarc-etl status' \
    'dmarc-etl doctor' \
    'dmarc-etl query "SELECT domain_name, report_date, volume, pass_rate FROM v_domain_daily ORDER BY report_date DESC, domain_name LIMIT 5"' \
    'dmarc-etl query "SELECT * FROM v_source_summary LIMIT 2"' \
    'MAILERSEND_API_TOKEN=mlsn.mistyped dmarc-etl run' \
    'dmarc-etl run --max-request 5'; do
    printf 'clear\n%s\ntmux -L %s wait-for -S ended\n' "$command" "$server" > "$home/.step"
    tmux -L "$server" send-keys -t "w$columns" '. ./.step' Enter
    tmux -L "$server" wait-for ended
    sleep 0.3
    printf '\n```console\n$ %s\n' "$command"
    # All that is on the screen but the prompt that waits at the end.
    tmux -L "$server" capture-pane -p -t "w$columns" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' | sed -e '$d'
    printf '```\n'
  done
}

{
  printf '# A session\n\n<!-- Made by scripts/terminal-session.sh. -->\n\n'
  printf 'A made-up account (`dmarc-etl sandbox`), as a terminal shows it; colours are left out.\n'
  for columns in 80 120; do
    printf '\n## %s columns\n' "$columns"
    session "$columns"
  done
} > "$scratch/terminal.md"
sed -e "s#$scratch/\(80\|120\)#/home/you#g; s#:[0-9]\{5\}/#:8080/#g; s#:[0-9]\{5\}\$#:8080#" "$scratch/terminal.md" > docs/terminal.md
