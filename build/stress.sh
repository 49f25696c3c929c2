# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# ./dev stress, to be sourced with `root` set to the tree and after build/jdk.sh: jcstress on the
# rings' orders, then on mutants in which one order is missing and must be missed.

stress_usage() {
  cat >&2 << 'END'
usage: ./dev stress [--quick] [--millis N] [--no-mutants] [TEST]

Runs the tests of module stress whose names match (a regular expression; all of them), N ms a trial
(2000; --quick 300), once as compiled and once with the compiler's schedule at random; then each
mutant with the tests that must find it.
END
  exit 64
}

# jcstress_run LOG MILLIS EARLY CLASSES TEST ARGUMENT...: classes come before those of module ring.
jcstress_run() (
  local log=$1 millis=$2 early=$3 classes=$4 test=$5
  shift 5
  # It leaves its samples where it runs.
  cd "$root/target/stress" && "$JAVA_HOME/bin/java" -Xshare:auto -XX:+UseSerialGC \
    -cp "$classes:$root/stress/target/classes:$root/stress/target/lib/*" \
    org.openjdk.jcstress.Main -v -t "$test" -r "$root/target/stress" -sc false -f 1 -iters 1 \
    -time "$millis" -jvmArgs "-XX:+UseSerialGC -Xmx512m --enable-native-access=ALL-UNNAMED \
      -Dannulus.stress.early=$early" "$@" < /dev/null > "$log" 2>&1
)

# A line for each test: trials, outcomes that are forbidden among them, and its name. A trial that
# ends with an exception counts as forbidden.
stress_results() {
  awk '/^\.+ \[[A-Z ]+\] / { test = $NF; if (!(test in trials)) names[++n] = test; inside = 1
      if (/\[ERROR\]/) forbidden[test]++ }
    inside && / (Acceptable|Forbidden|Interesting) / {
      match($0, /[0-9,]+ +[0-9.<]+% /); count = substr($0, RSTART, RLENGTH)
      sub(/ .*/, "", count); gsub(/,/, "", count)
      trials[test] += count; if (/ Forbidden /) forbidden[test] += count
    }
    /^\(ETA/ { inside = 0 }
    /^RUN RESULTS/ { exit }
    END { for (i = 1; i <= n; i++) printf "%12d trials, %d forbidden  %s\n",
      trials[names[i]], forbidden[names[i]], names[i] }' "$1"
}

# Fails where not all planned tests were run, or one did not end.
stress_complete() {
  grep -q '^(Results: [0-9]* planned; ' "$1" &&
    ! grep -qE '^\.+ \[(ERROR|TIMEOUT|VM ERROR|API MISMATCH)\]' "$1" &&
    grep -q '^RUN RESULTS' "$1"
}

stress_mutants() {
  local millis=$1 dir="$root/target/stress" name test early missing log found status=0
  rm -rf "$dir/mutants"
  "$JAVA_HOME/bin/java" -cp "$root/stress/target/classes:$root/stress/target/lib/*" \
    dev.annulus.stress.Mutants "$dir/mutants" > "$dir/mutants.list" || return
  while IFS=$'\t' read -r name test early missing; do
    log="$dir/$name.log"
    jcstress_run "$log" "$millis" "$early" "$dir/mutants/$name" "$test" -fsm 0 || true
    found=$(stress_results "$log" | awk '$3 > 0 { sub(/.*stress[.]/, "", $5); print $5 }' |
      paste -sd ' ')
    if [[ -n $found ]]; then
      printf 'mutant %-28s found by %s\n' "$name" "$found"
    else
      printf 'mutant %-28s NOT FOUND (%s); see %s\n' "$name" "$missing" "$log"
      status=1
    fi
  done < "$dir/mutants.list"
  return "$status"
}

stress() {
  local millis=2000 mutants=yes test='.*' log="$root/target/stress/jcstress.log" status=0
  while (($# > 0)); do
    case $1 in
      --quick) millis=300 ;;
      --no-mutants) mutants=no ;;
      --millis)
        [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || stress_usage
        millis=$2
        shift
        ;;
      -*) stress_usage ;;
      *) test=$1 ;;
    esac
    shift
  done
  find_maven
  rm -rf "$root/target/stress"
  mkdir -p "$root/target/stress"
  locked run_maven "$root/target/stress/build.log" package -DskipTests -pl stress -am
  jcstress_run "$log" "$millis" false "$root/stress/target/classes" "$test" -fsm 1 || status=$?
  stress_results "$log"
  if ((status != 0)) || ! stress_complete "$log" || grep -q ' Forbidden ' "$log"; then
    say "forbidden outcomes, or tests that did not end; see target/stress/jcstress.log"
    return 1
  fi
  if [[ $mutants == yes ]]; then stress_mutants "$millis"; fi
}
