# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What ./annulus and ./dev share, to be sourced with `root` set to the tree: finding a JDK and
# Maven, and building the jars that ./annulus runs.
#
# A built command lives in target/annulus/FINGERPRINT, named for the contents of the sources it was
# built from: an edit that is taken back needs no build, a running command keeps its jars while a
# new one is built beside it, and a half-built one is never found (it gets its name by a rename).

readonly least_jdk=25 least_maven=3.8
readonly exit_no_jdk=69 exit_no_maven=72 exit_build_failed=71
readonly built_dir="$root/target/annulus"

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# jdk_version HOME: prints the feature version of the JDK there; fails if there is none.
jdk_version() {
  local line version
  [[ -x $1/bin/java && -x $1/bin/javac ]] || return 1
  if [[ -r $1/release ]]; then
    while IFS= read -r line; do
      [[ $line == JAVA_VERSION=* ]] && version=${line#*=}
    done < "$1/release"
  fi
  # Some distributions leave the release file out.
  version=${version:-$("$1/bin/javac" -version 2>&1)}
  version=${version//[!0-9. ]/}
  version=${version# }
  version=${version%%.*}
  [[ -n $version ]] && printf '%s\n' "$version"
}

# Sets and exports JAVA_HOME: the one that is set if it is new enough, else the newest of the usual
# places, else the javac on the PATH.
find_jdk() {
  local home version best='' best_version=0
  if [[ -n ${JAVA_HOME:-} ]] && version=$(jdk_version "$JAVA_HOME") \
      && ((version >= least_jdk)); then
    export JAVA_HOME
    return
  fi
  for home in /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/java* /opt/java/* \
      "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/*; do
    if version=$(jdk_version "$home") && ((version > best_version)); then
      best=$home best_version=$version
    fi
  done
  if ((best_version < least_jdk)) && home=$(command -v javac); then
    home=$(readlink -f "$home")
    home=${home%/bin/javac}
    if version=$(jdk_version "$home"); then best=$home best_version=$version; fi
  fi
  if ((best_version < least_jdk)); then
    say "needs JDK $least_jdk or later and found none" \
      "(JAVA_HOME=${JAVA_HOME:-unset}, /usr/lib/jvm, /opt, ~/.sdkman, PATH)."
    say "Install one, for example Temurin $least_jdk (https://adoptium.net;" \
      "package temurin-$least_jdk-jdk), or set JAVA_HOME to it."
    exit "$exit_no_jdk"
  fi
  export JAVA_HOME=$best
}

find_maven() {
  local version
  if ! command -v mvn > /dev/null; then
    say "needs Maven $least_maven or later to build, and mvn is not on the PATH." \
      "Install it, for example: apt-get install maven"
    exit "$exit_no_maven"
  fi
  version=$(mvn -version 2> /dev/null | sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p')
  if [[ $(printf '%s\n' "$least_maven" "$version" | sort -V | head -n 1) != "$least_maven" ]]; then
    say "needs Maven $least_maven or later to build; mvn on the PATH is ${version:-of no known" \
      "version}. Install a current one from https://maven.apache.org"
    exit "$exit_no_maven"
  fi
}

# Prints a name for the contents of all that goes into the jars.
fingerprint() {
  (
    cd "$root"
    find pom.xml .mvn ./*/pom.xml ./*/src/main -type f -print0 2> /dev/null |
      LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c -16
  )
}

# Runs a command while holding the tree's build lock, so that two first uses do not build at once.
# The lock is on a directory that is always there; its children do not inherit it.
locked() {
  local status=0
  exec 9< "$root/build"
  if ! flock -n 9; then
    say "another build is running in this tree; waiting for it"
    flock 9
  fi
  "$@" 9<&- || status=$?
  exec 9<&-
  return "$status"
}

# run_maven LOG ARGUMENT...: quiet; shows what is wrong only when something is.
run_maven() {
  local log=$1
  shift
  mkdir -p "$root/target"
  # Copied jars of an earlier version would stand beside the new ones.
  rm -rf "$root"/{cli,bench}/target/lib
  if ! (cd "$root" && mvn -B -ntp -Dstyle.color=never "$@") < /dev/null > "$log" 2>&1; then
    grep -E '^\[(WARNING|ERROR)\] ' "$log" | sort -u |
      grep -vE 'automodules|\*\*\*|\[Help|[Rr]e-run|more information|COMPILATION' | head -n 30 >&2
    say "the build failed; all it said is in $log"
    return "$exit_build_failed"
  fi
}

# Prints the directories of built commands, newest first.
all_built() {
  find "$built_dir" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' 2> /dev/null |
    sort -rn | cut -d ' ' -f 2-
}

newest_built() { all_built | head -n 1; }

# stage FINGERPRINT: makes target/annulus/FINGERPRINT from the jars that Maven left, if any.
stage() {
  local new="$root/target/.annulus-new" jar
  [[ -d $root/cli/target/lib ]] || return 0
  rm -rf "$new"
  mkdir -p "$built_dir" "$new/lib" "$new/bench" || return
  cp -p "$root"/cli/target/{lib/,annulus-cli-}*.jar "$new/lib/" || return
  for jar in "$root"/bench/target/{lib/,annulus-bench-}*.jar; do
    if [[ -e $jar && ! -e $new/lib/${jar##*/} ]]; then cp -p "$jar" "$new/bench/" || return; fi
  done
  rm -rf "${built_dir:?}/$1"
  mv "$new" "$built_dir/$1" || return
  touch "$built_dir/$1"
  # Those that still run, or that a branch switch goes back to, may need a recent one.
  all_built | tail -n +4 | xargs -r -d '\n' rm -rf
}

# package LOG MAVEN_ARGUMENT...: builds the jars and stages them.
package() {
  local now
  # First: sources that are edited while they are built must not count as built.
  now=$(fingerprint)
  find_maven
  run_maven "$@" package && stage "$now"
}

# The same, unless it is already done.
package_if_needed() {
  [[ -d $built_dir/$(fingerprint) ]] || package "$@"
}
