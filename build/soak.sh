# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# ./dev soak, to be sourced with `root` set to the tree and after build/jdk.sh: the tests whose
# figures are added up over time in docs/verification.md, for longer than in an ordinary run.

soak_usage() {
  cat >&2 << 'END'
usage: ./dev soak [--quick] [--kills N] [--hand-offs N] [--mutations N] [--nvme-ops N]
                  [--nvme-resets N] [--nvme-storms N]

Kills processes in the middle of their traffic, hands over between sides that sleep, lies to both
ends of a ring; verifies operations of the NVMe driver, resets its controller under load, and lets
it lie: 1,000, 10^7, 10^8; 10^8, 10,000 and 2,000 times unless told; 0 leaves one out. --quick is
what CI adds to the ordinary tests: 10^6 hand-offs.
END
  exit 64
}

soak() {
  local kills=1000 handoffs=10000000 mutations=100000000 tests=() status=0
  local ops=100000000 resets=10000 storms=2000
  while (($# > 0)); do
    case $1 in
      --quick) kills=0 handoffs=1000000 mutations=0 ops=0 resets=0 storms=0 ;;
      --kills | --hand-offs | --mutations | --nvme-ops | --nvme-resets | --nvme-storms)
        [[ ${2:-} =~ ^[0-9]+$ ]] || soak_usage
        case $1 in
          --kills) kills=$2 ;;
          --hand-offs) handoffs=$2 ;;
          --nvme-ops) ops=$2 ;;
          --nvme-resets) resets=$2 ;;
          --nvme-storms) storms=$2 ;;
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
  if ((ops > 0)); then tests+=(VerifiedLoadTest); fi
  if ((resets > 0)); then tests+=(ResetLoadTest); fi
  if ((storms > 0)); then tests+=(LieStormTest); fi
  ((${#tests[@]} > 0)) || soak_usage
  find_maven
  locked run_tests -pl ffi,ring,uring,peer,scheme,nvme "-Dtest=$(IFS=, && echo "${tests[*]}")" \
    -Dsurefire.failIfNoSpecifiedTests=false "-Dannulus.kills=$kills" \
    "-Dannulus.handoffs=$handoffs" "-Dannulus.mutations=$mutations" "-Dannulus.nvme.ops=$ops" \
    "-Dannulus.nvme.resets=$resets" "-Dannulus.nvme.storms=$storms" || status=$?
  grep -E '^(kills of|hand-offs:|sessions by|verified operations:|resets under|storms:)' \
    "$root/target/dev-test.log" || true
  return "$status"
}
