#!/bin/sh
# Compares gatewright's packaging with Info-ZIP's `zip -r -q -X` on a made-up node_modules of about 50 MB.
#
#   benches/zip.sh [profile]      (profile: release, the default, or dev)
#
# Needs `zip`, `unzip`, `awk`, and GNU time as /usr/bin/time. BENCH_DIR keeps the tree from run to run;
# ZIP_FOLDER names a built example, which is then not built again.
set -eu

profile=${1:-release}
here=$(cd "$(dirname "$0")/.." && pwd)
dir=${BENCH_DIR:-$(mktemp -d)}
[ -n "${BENCH_DIR:-}" ] || trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir"

# Thousands of small files of made-up JavaScript, the same in each run: the numbers come from a generator of its
# own, because awk's rand() differs from one awk to another.
make_tree() {
    awk -v root="$1" '
        function random(below) { state = (state * 16807) % 2147483647; return state % below }
        function word() { return words[random(count) + 1] }
        function line() {
            kind = random(5)
            if (kind == 0) return "const " word() random(1000) " = require(\"./" word() "-" word() "\");"
            if (kind == 1) return "  if (" word() "." word() " !== " random(65536) ") return " word() "(" word() ");"
            if (kind == 2) return "exports." word() " = function " word() word() "(" word() ", " word() ") {"
            if (kind == 3) return "  // " word() " " word() " " word() " " word() " " word()
            return "  " word() "." word() "[" random(100) "] = \"" word() random(100000) "\";"
        }
        BEGIN {
            state = 20170324
            list = "user profile video handler token request response error callback options buffer stream index"
            list = list " value key name type parse encode decode send receive client server event context length"
            list = list " prototype object array string number boolean undefined null resolve reject promise async"
            count = split(list, words, " ")
            for (package = 1; package <= 400; package++) {
                folder = sprintf("%s/node_modules/%s-%s-%d", root, word(), word(), package)
                system("mkdir -p " folder "/lib/internal " folder "/test")
                files = 10 + random(45)
                for (file = 1; file <= files; file++) {
                    place = file % 5 == 0 ? "/test" : file % 3 == 0 ? "/lib/internal" : "/lib"
                    path = sprintf("%s%s/%s%d.js", folder, place, word(), file)
                    # Most files are small, a few are bundles.
                    lines = random(40) == 0 ? 400 + random(2500) : 5 + random(90)
                    text = ""
                    for (n = 0; n < lines; n++) text = text line() "\n"
                    printf "%s", text > path
                    close(path)
                }
            }
        }'
}

tree=$dir/tree
if [ ! -e "$dir/complete" ]; then
    make_tree "$tree"
    touch "$dir/complete"
fi

if [ -n "${ZIP_FOLDER:-}" ]; then
    program=$ZIP_FOLDER
elif [ "$profile" = release ]; then
    (cd "$here" && cargo build -q --release --example zip_folder)
    program=${CARGO_TARGET_DIR:-$here/target}/release/examples/zip_folder
else
    (cd "$here" && cargo build -q --example zip_folder)
    program=${CARGO_TARGET_DIR:-$here/target}/debug/examples/zip_folder
fi

# Prints "<wall seconds> <user CPU seconds> <system CPU seconds> <peak memory in KiB>" of a command: the run
# with the shortest wall time out of five.
measure() {
    for _ in 1 2 3 4 5; do
        # `zip` would update an archive that is there.
        [ "$1" != zip ] || rm -f "$dir/theirs.zip"
        /usr/bin/time -f '%e %U %S %M' -o "$dir/time" "$@" >"$dir/out"
        cat "$dir/time"
    done | sort -n | head -n 1
}

cd "$tree"
find . -type f | wc -l | xargs printf 'files            %s\n'
find . -type f -exec cat {} + | wc -c | xargs printf 'bytes            %s\n'
theirs=$(measure zip -r -q -X "$dir/theirs.zip" .)
ours=$(measure "$program" "$tree" "$dir/work")
our_zip=$(tail -n 1 "$dir/out")
unzip -tq "$our_zip" >/dev/null

echo "profile          $profile, $(getconf _NPROCESSORS_ONLN) cores"
printf '%-16s %8s %8s %8s %10s %12s\n' '' seconds user system 'peak KiB' 'zip bytes'
# shellcheck disable=SC2086 # four words each
{
    printf '%-16s %8s %8s %8s %10s %12s\n' 'zip -r -q -X' $theirs "$(wc -c <"$dir/theirs.zip")"
    printf '%-16s %8s %8s %8s %10s %12s\n' gatewright $ours "$(wc -c <"$our_zip")"
    echo "$theirs $ours" | awk '{
        printf "gatewright takes %.2f of the wall time of zip, and %.2f of its CPU time\n", $5 / $1, ($6 + $7) / ($2 + $3)
    }'
}
