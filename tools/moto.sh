#!/usr/bin/env bash
# Prints the folder of moto's source distribution, which carries its tests, and
# fetches it and pytest below .local/ when they are not there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
python=$("$root/tools/local.sh" python)
version=$("$python" -c 'import importlib.metadata as m; print(m.version("moto"))')
source="$root/.local/moto/moto-$version"
if [ ! -d "$source/tests/test_apigateway" ]; then
  printf 'Fetching moto %s and its tests into .local/moto (once) ...\n' "$version" >&2
  mkdir -p "$root/.local/moto"
  "$python" -m pip install --quiet --disable-pip-version-check pytest freezegun setuptools wheel >&2
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-binary moto \
    --dest "$root/.local/moto" "moto==$version" >&2
  tar -xzf "$root/.local/moto/moto-$version.tar.gz" -C "$root/.local/moto"
fi
printf '%s\n' "$source"
