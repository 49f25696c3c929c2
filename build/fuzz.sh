# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# ./dev fuzz, to be sourced with `root` set to the tree and after build/jdk.sh: runs Jazzer on the
# fuzz targets, classes named *Fuzz among the tests. What they keep is in src/test/corpus/, an input
# a line, in hexadecimal; the ordinary tests play it back.

readonly fuzz_modules=(ffi ring uring peer scheme)

fuzz_usage() {
  cat >&2 << 'END'
usage: ./dev fuzz [--seconds N] [--keep] [TARGET…]

Fuzzes each target, N seconds each (30), from the inputs that are kept. With --keep, new inputs that
reach something new are added to them.
END
  exit 64
}

# Prints the paths of the fuzz targets that are named, or of all.
fuzz_targets() {
  local file wanted
  for file in "$root"/*/src/test/java/dev/annulus/*/*Fuzz.java; do
    if (($# == 0)); then
      printf '%s\n' "$file"
    fi
    for wanted in "$@"; do
      if [[ ${file##*/} == "$wanted.java" ]]; then printf '%s\n' "$file"; fi
    done
  done
}

# unpack_inputs FILE DIRECTORY: a file for each line.
unpack_inputs() {
  local line number=0
  mkdir -p "$2"
  while IFS= read -r line; do
    # shellcheck disable=SC2059 # the format is the data: \xNN for each byte
    printf "$(sed 's/../\\x&/g' <<< "$line")" > "$2/$((number += 1))"
  done < "$1"
}

# pack_inputs DIRECTORY: the other way, the shortest first.
pack_inputs() {
  local file
  for file in "$1"/*; do
    od -An -v -tx1 "$file" | tr -d ' \n'
    echo
  done | LC_ALL=C sort -u | awk '{ print length, $0 }' | LC_ALL=C sort -n | cut -d ' ' -f 2-
}

# jazzer CLASS ARGUMENT...
jazzer() {
  local class=$1 path='' module
  shift
  for module in "${fuzz_modules[@]}"; do
    path+="$root/$module/target/classes:$root/$module/target/test-classes:"
  done
  # Its agent attaches itself, its library is loaded by a class of its own.
  "$JAVA_HOME/bin/java" -Xmx1g --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -XX:+EnableDynamicAgentLoading -Xshare:auto \
    -cp "$path$root/target/fuzz/lib/*" com.code_intelligence.jazzer.Jazzer \
    --target_class="$class" --instrumentation_includes='dev.annulus.**' \
    --disabled_hooks='com.code_intelligence.jazzer.sanitizers.*' \
    --reproducer_path="$root/target/fuzz" -timeout=20 -max_len=640 -print_final_stats=1 "$@"
}

# fuzz_one SECONDS KEEP FILE: one target; fails where it found something.
fuzz_one() {
  local seconds=$1 keep=$2 file=$3 name class work corpus status=0
  name=$(basename "$file" .java)
  class=dev.annulus.$(basename "$(dirname "$file")").$name
  corpus=${file%/java/*}/corpus/$name.hex
  work=$(mktemp -d "$root/target/fuzz/$name.XXXXXX")
  unpack_inputs "$corpus" "$work/kept"
  mkdir "$work/new" "$work/merged" "$work/found"
  jazzer "$class" -max_total_time="$seconds" -artifact_prefix="$work/found/" \
    "$work/new" "$work/kept" > "$root/target/fuzz/$name.log" 2>&1 || status=$?
  if ((status != 0)); then
    grep -A 12 -E '^== |Exception|Error' "$root/target/fuzz/$name.log" | head -n 40 >&2
    say "$name failed ($status); all it said is in target/fuzz/$name.log. To keep the input as a" \
      "test, add this to ${corpus#"$root"/}:"
    pack_inputs "$work/found" >&2
  else
    echo "$name:" \
      "$(sed -n 's/^stat::number_of_executed_units: *//p' "$root/target/fuzz/$name.log")" \
      "inputs, nothing found; $(grep -c . "$corpus") kept"
    if ((keep)); then
      jazzer "$class" -merge=1 "$work/merged" "$work/kept" "$work/new" \
        >> "$root/target/fuzz/$name.log" 2>&1 || status=$?
      if ((status == 0)); then pack_inputs "$work/merged" > "$corpus"; fi
      echo "$name: $(grep -c . "$corpus") kept now"
    fi
  fi
  rm -r -- "$work"
  return "$status"
}

fuzz() {
  local seconds=30 keep=0 file status=0 targets
  while (($# > 0)); do
    case $1 in
      --seconds)
        [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fuzz_usage
        seconds=$2
        shift
        ;;
      --keep) keep=1 ;;
      -*) fuzz_usage ;;
      *) break ;;
    esac
    shift
  done
  targets=$(fuzz_targets "$@")
  [[ -n $targets ]] || fuzz_usage
  find_maven
  mkdir -p "$root/target/fuzz"
  locked run_maven "$root/target/fuzz/build.log" -N -Pfuzz generate-resources
  locked run_maven "$root/target/fuzz/build.log" -pl "$(IFS=,; echo "${fuzz_modules[*]}")" \
    test-compile
  while IFS= read -r file; do
    fuzz_one "$seconds" "$keep" "$file" < /dev/null || status=1
  done <<< "$targets"
  return "$status"
}
