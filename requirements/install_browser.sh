#!/usr/bin/env bash
# What the web tests open pages in: Chromium and letters for Chinese, from the system's packages where they are missing.
# It never fails: without a browser the tests skip themselves and say why, and fail only where CI is set.
set -uo pipefail

missing=()
command -v chromium chromium-browser google-chrome >/dev/null || missing+=(chromium)
[ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ] || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo)
fi
if ! command -v apt-get >/dev/null || ! command -v "${as_root[0]:-apt-get}" >/dev/null; then
    echo "The web tests need ${missing[*]}; install them with your system's packages." >&2
    exit 0
fi

echo "Installing ${missing[*]} for the web tests (once)"
log=$(mktemp)
if "${as_root[@]}" apt-get update >"$log" 2>&1 &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
    rm -f "$log"
else
    tail -5 "$log" >&2
    echo "apt-get could not install ${missing[*]}; the whole of what it said is in $log" >&2
fi
exit 0
