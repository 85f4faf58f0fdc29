#!/usr/bin/env bash
# Writes package-lock.json and docs/licences.md again for the package.json files of all projects, without a node_modules beside it: npm drops the
# optional packages of other platforms from a lock that it writes beside an installed one (decision 0136).
#
#   infra/local/update-lock.sh               after a change of a package.json
#   infra/local/update-lock.sh NAME...       also resolves these packages again; needed for one whose platform packages were
#                                            dropped, together with what depends on it
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

cd "$ROOT"
git ls-files -co --exclude-standard 'package.json' '*/package.json' package-lock.json .npmrc | tar cf - -T - | tar xf - -C "$stage"
cd "$stage"
if [ $# -gt 0 ]; then
  node -e '
    const { readFileSync, writeFileSync } = require("node:fs");
    const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
    for (const name of process.argv.slice(1)) delete lock.packages[`node_modules/${name}`];
    writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
  ' "$@"
fi
npm install --package-lock-only --no-audit --no-fund
cp package-lock.json "$ROOT/package-lock.json"
node "$ROOT/infra/release/write-licences.ts"
