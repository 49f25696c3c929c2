# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# ./dev guest, to be sourced with `root` set to the tree and after build/jdk.sh: boots Debian's
# kernel in QEMU with an emulated IOMMU and two NVMe controllers. One holds the guest's files, the
# other is given to VFIO, and our tests run on it, those of the command `annulus nvme` too; it has
# namespaces with metadata and one of zones besides a plain one. Nothing of it needs root here.

readonly guest_dir="$root/target/guest"
readonly exit_no_tool=3

# What QEMU calls the controller under test, at the address that the guest finds it at.
readonly guest_slot=05.0 guest_address=0000:00:05.0

guest_tools() {
  local tool missing=()
  for tool in qemu-system-x86_64 busybox; do
    command -v "$tool" > /dev/null || missing+=("$tool")
  done
  [[ -x /sbin/mke2fs ]] || missing+=(mke2fs)
  ((${#missing[@]} == 0)) || {
    say "needs ${missing[*]}: apt-get install qemu-system-x86 busybox-static e2fsprogs"
    exit "$exit_no_tool"
  }
}

# Debian's kernel for virtual machines, unpacked and not installed.
guest_kernel() {
  local package
  [[ ! -e $guest_dir/kernel/unpacked ]] || return 0
  package=$(apt-cache depends linux-image-cloud-amd64 |
    sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
  [[ -n $package ]] || {
    say "no package linux-image-cloud-amd64: this needs Debian, after apt-get update"
    exit "$exit_no_tool"
  }
  rm -rf "$guest_dir/kernel"
  mkdir -p "$guest_dir/kernel"
  (cd "$guest_dir/kernel" && apt-get -qq download "$package" && dpkg -x ./*.deb . && rm ./*.deb &&
    mv boot/vmlinuz-* vmlinuz && touch unpacked) > "$guest_dir/kernel.log" 2>&1 || {
    cat "$guest_dir/kernel.log" >&2
    exit "$exit_no_tool"
  }
}

# A JDK of the modules that the tests need, with the libraries that it is linked with.
guest_jdk() {
  local to=$1 library
  [[ -d $guest_dir/jdk ]] || "$JAVA_HOME/bin/jlink" --output "$guest_dir/jdk" --strip-debug \
    --no-header-files --no-man-pages \
    --add-modules java.base,java.logging,java.management,java.xml,jdk.jfr
  cp -a "$guest_dir/jdk" "$to/jdk"
  while IFS= read -r library; do
    mkdir -p "$to/${library%/*}"
    cp -L "$library" "$to/$library"
  done < <(find "$guest_dir/jdk" \( -name '*.so' -o -name java \) -type f -exec ldd {} + |
    sed -nE 's/^[[:space:]]+(.* => )?(\/[^ ]+) \(.*/\2/p' | grep -v "^$guest_dir" | sort -u)
}

# What the guest runs first, and last.
guest_init() {
  cat << END
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mkdir -p /dev/shm
mount -t tmpfs none /dev/shm
mount -t tmpfs none /tmp
export PATH=/bin:/jdk/bin
insmod() { /bin/busybox insmod /modules/\$1.ko; }
for module in irqbypass vfio_virqfd vfio vfio_iommu_type1 vfio-pci-core vfio-pci; do
  insmod \$module 2> /dev/null || echo "no module \$module: built in, or of another kernel"
done
options='-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -Xshare:auto'
options="\$options --illegal-native-access=deny"
java \$options --enable-native-access=ALL-UNNAMED -Dannulus.vfio=$guest_address \\
  -cp "/app/*:/app/tests/*" \\
  org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors \\
  --details=tree --details-theme=ascii $1 < /dev/null
echo "guest: status \$?"
java \$options --enable-native-access=dev.annulus.ffi -p /app \\
  -m dev.annulus.cli/dev.annulus.cli.Main nvme list vfio:$guest_address < /dev/null
echo "guest: command status \$?"
dmesg | grep -E 'DMAR:.*fault|BUG:|Oops' | head -n 20
poweroff -f
END
}

# The guest's files: an ext4 image of which a controller is made.
guest_image() {
  local tree=$guest_dir/tree tests=$guest_dir/tree/app/tests module
  rm -rf "$tree"
  mkdir -p "$tree"/{app/tests,bin,dev,lib64,modules,proc,sys,tmp}
  cp "$(command -v busybox)" "$tree/bin/busybox"
  find "$guest_dir/kernel/lib/modules" \( -name 'vfio*.ko' -o -name 'irqbypass.ko' \) \
    -exec cp {} "$tree/modules" \;
  guest_jdk "$tree"
  cp "$root"/cli/target/{lib/,annulus-cli-}*.jar "$tree/app"
  for module in nvme cli; do
    "$JAVA_HOME/bin/jar" -c -f "$tests/$module.jar" -C "$root/$module/target/test-classes" .
  done
  cp "$guest_dir"/lib/*.jar "$tests"
  guest_init "$1" > "$tree/init"
  chmod +x "$tree/init"
  rm -f "$guest_dir/files.img"
  truncate -s 400M "$guest_dir/files.img"
  /sbin/mke2fs -q -t ext4 -d "$tree" -E root_owner=0:0 "$guest_dir/files.img"
  rm -rf "$tree"
}

# One run of the virtual machine, to its end; answers QEMU's exit status.
guest_run() {
  truncate -s 0 "$guest_dir"/{disk,beside,within,zoned}.img
  truncate -s 64M "$guest_dir/disk.img"
  truncate -s 1M "$guest_dir"/{beside,within}.img
  truncate -s 4M "$guest_dir/zoned.img"
  timeout 600 qemu-system-x86_64 -M q35 -accel tcg,thread=multi -cpu max -smp 2 -m 1G -nodefaults \
    -display none -no-reboot -serial "file:$1" -kernel "$guest_dir/kernel/vmlinuz" \
    -append 'console=ttyS0 quiet root=/dev/nvme0n1 rw init=/init intel_iommu=on panic=-1' \
    -device intel-iommu,caching-mode=on \
    -drive "if=none,id=files,file=$guest_dir/files.img,format=raw,snapshot=on" \
    -device nvme,serial=files,drive=files,addr=04.0 \
    -drive "if=none,id=disk,file=$guest_dir/disk.img,format=raw,cache=unsafe" \
    -device "nvme,id=tested,serial=ANNULUS,addr=$guest_slot" \
    -device nvme-ns,bus=tested,drive=disk,nsid=1 \
    -drive "if=none,id=beside,file=$guest_dir/beside.img,format=raw,cache=unsafe" \
    -device nvme-ns,bus=tested,drive=beside,nsid=2,ms=8,mset=0,pi=1,pil=0 \
    -drive "if=none,id=within,file=$guest_dir/within.img,format=raw,cache=unsafe" \
    -device nvme-ns,bus=tested,drive=within,nsid=3,ms=16,mset=1,pi=2,pil=1 \
    -drive "if=none,id=zoned,file=$guest_dir/zoned.img,format=raw,cache=unsafe" \
    -device nvme-ns,bus=tested,drive=zoned,nsid=4,zoned=true,zoned.zone_size=64K < /dev/null
}

# Boots, and shows what the guest says; answers whether its tests passed. Where QEMU itself crashed
# (a signal, 128 and more), which 7.2 does once in a while, there is no verdict: it is started
# again, and that is said. A guest that hangs is no such case: timeout(1) answers 124.
guest_boot() {
  local log=$guest_dir/console.log status=0 try
  for try in 1 2 3; do
    status=0
    guest_run "$log" || status=$?
    ((status > 128)) || break
    say "QEMU crashed with status $status, start $try of 3"
  done
  ((status == 0)) || {
    say "QEMU ended with status $status; the guest's console is in $log"
    return 1
  }
  tr -d '\r' < "$log" | grep -vE '^\[ *[0-9.]+\] (#|x86|random)' || true
  status=$(tr -d '\r' < "$log" | sed -n 's/^guest: .*status \([0-9]*\)$/\1/p')
  [[ $status == $'0\n0' ]] || {
    say "the guest's tests or its command failed, or did not end; its console is in $log"
    return 1
  }
}

guest() {
  (($# == 0)) || {
    say "guest takes no arguments"
    exit 64
  }
  guest_tools
  mkdir -p "$guest_dir"
  guest_kernel
  find_maven
  locked run_maven "$guest_dir/build.log" -N -Pguest generate-resources
  locked run_maven "$guest_dir/build.log" -pl cli -am -DskipTests package
  guest_image "$(printf -- '-c dev.annulus.%s ' nvme.Vfio{Contract,AdminContract,Wait,Checks} \
    nvme.Vfio{NvmCommands,Metadata} cli.nvme.VfioCommands)"
  guest_boot
}
