#!/bin/sh
# Makes sure that there is a Chromium for the browser tests: one that is installed, Debian's as root, or Playwright's.
# Where none can be had the tests say so, loudly, and are skipped.
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium for the browser tests"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null && exit 0
fi
.venv/bin/python -m playwright install chromium && exit 0
echo "*** NO BROWSER: the browser tests will be skipped. Install Chromium to run them. ***"
exit 0
