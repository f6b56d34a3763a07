#!/bin/sh
# Makes docs/results/ from one run of benchmark.sh, which leaves a log and a document:
#
#   ./benchmark.sh --install-peers > benchmark.log       # on a machine that does nothing else
#   docs/make-results.sh benchmark.json benchmark.log    # into docs/results, or the folder that is named third
#
# There are then benchmark.json, benchmark.log, benchmark.html and benchmark.md, and, if the document has a sweep, its
# chart at twice the size as sweep-light.png and sweep-dark.png, drawn by the page itself in headless Chromium.
# SUITE names another program than build/suite, and CHROMIUM another browser.
set -eu

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "docs/make-results.sh: $1"
  exit "${2:-1}"
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
suite=${SUITE:-$here/../build/suite} chromium=${CHROMIUM:-chromium}
[ $# -ge 2 ] && [ $# -le 3 ] || fail "give the document, the log and, if it is not docs/results, a folder" 2
document=$1 log=$2 folder=${3:-$here/results}
for file in "$document" "$log"; do
  [ -f "$file" ] && [ -r "$file" ] || fail "cannot read $file" 2
done
command -v "$suite" >/dev/null || fail "there is no $suite: build it, or name it with SUITE"
command -v "$chromium" >/dev/null || fail "there is no $chromium: apt-get install chromium, or name it with CHROMIUM"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$folder"
# By way of another folder: they may be there already.
cp -p -- "$document" "$scratch/benchmark.json"
cp -p -- "$log" "$scratch/benchmark.log"
mv "$scratch/benchmark.json" "$scratch/benchmark.log" "$folder"
"$suite" report "$folder/benchmark.json" -o "$folder/benchmark.html"
"$suite" report "$folder/benchmark.json" -o "$folder/benchmark.md"

# The page with a script behind it, which leaves the chart's picture in the document.
cat >"$scratch/draw" <<'HTML'
<script>
(() => {
  const { charts, picture } = window.suiteReport;
  const chart = charts.get("sweep0");
  const place = document.body.appendChild(document.createElement("pre"));
  place.id = "picture";
  place.textContent = chart ? picture(chart) : "none";
})();
</script>
HTML
cat "$folder/benchmark.html" "$scratch/draw" >"$scratch/page.html"

# draw NAME SCHEME: 1 is light, 0 is dark, as Chromium counts.
draw() {
  HOME=$scratch "$chromium" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage \
    --host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$scratch/profile" --window-size=900,1000 \
    --blink-settings=preferredColorScheme="$2" --virtual-time-budget=20000 \
    --dump-dom "file://$scratch/page.html" >"$scratch/dom" 2>"$scratch/said" ||
    fail "$chromium failed: $(tail -n 1 "$scratch/said")"
  sed -n 's|.*<pre id="picture">data:image/png;base64,\([^<]*\)</pre>.*|\1|p' "$scratch/dom" |
    base64 -d >"$scratch/$1.png"
  [ -s "$scratch/$1.png" ] || return 1
  mv "$scratch/$1.png" "$folder/$1.png"
}

if draw sweep-light 1; then
  draw sweep-dark 0
  say "$folder has the log, the document, the page, Markdown, and the sweep's chart as sweep-light.png and sweep-dark.png."
else
  rm -f "$folder/sweep-light.png" "$folder/sweep-dark.png"
  say "$folder has the log, the document, the page and Markdown; the document has no sweep, so there is no picture."
fi
