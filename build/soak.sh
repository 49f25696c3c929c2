# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# ./dev soak, to be sourced with `root` set to the tree and after build/jdk.sh: the tests whose
# figures are added up over time in docs/verification.md, for longer than in an ordinary run.

soak_usage() {
  cat >&2 << 'END'
usage: ./dev soak [--quick] [--kills N] [--hand-offs N] [--mutations N]

Kills processes in the middle of their traffic, hands over between sides that sleep, and lies to
both ends of a ring: 1,000, 10^7 and 10^8 times unless told; 0 leaves one out. --quick is what CI
adds to the ordinary tests: 10^6 hand-offs.
END
  exit 64
}

soak() {
  local kills=1000 handoffs=10000000 mutations=100000000 tests=() status=0
  while (($# > 0)); do
    case $1 in
      --quick) kills=0 handoffs=1000000 mutations=0 ;;
      --kills | --hand-offs | --mutations)
        [[ ${2:-} =~ ^[0-9]+$ ]] || soak_usage
        case $1 in
          --kills) kills=$2 ;;
          --hand-offs) handoffs=$2 ;;
          *) mutations=$2 ;;
        esac
        shift
        ;;
      *) soak_usage ;;
    esac
    shift
  done
  if ((kills > 0)); then tests+=(RandomKillTest); fi
  if ((handoffs > 0)); then tests+=(SleepWakeTest); fi
  if ((mutations > 0)); then tests+=('*MutationTest'); fi
  ((${#tests[@]} > 0)) || soak_usage
  find_maven
  locked run_tests -pl ffi,ring,uring,peer,scheme "-Dtest=$(IFS=, && echo "${tests[*]}")" \
    -Dsurefire.failIfNoSpecifiedTests=false "-Dannulus.kills=$kills" \
    "-Dannulus.handoffs=$handoffs" "-Dannulus.mutations=$mutations" || status=$?
  grep -E '^(kills of|hand-offs:|sessions by)' "$root/target/dev-test.log" || true
  return "$status"
}
