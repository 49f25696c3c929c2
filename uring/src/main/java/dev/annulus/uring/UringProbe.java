// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import java.util.ArrayList;
import java.util.List;

/**
 * What this machine offers of io_uring, found out by trying: for people who wonder why a program is
 * slow here.
 *
 * @param kernel release of the kernel, as {@code uname -r}
 * @param usable whether a ring of the default options can be opened
 * @param refusal who forbids it and what to do, or empty
 * @param features {@code IORING_FEAT_*} that the kernel has, by name
 * @param setupFlags {@code IORING_SETUP_*} that it accepts, by name
 * @param missingSetupFlags those that it refuses
 * @param opcodes {@code IORING_OP_*} that it executes, by name
 * @param missingOpcodes those that Annulus knows and it does not
 * @param futexFault why a ring's futex waits cannot be relied on, or empty where they passed {@link
 *     FutexCheck}
 * @param ioUringDisabled {@code kernel.io_uring_disabled}: 0, 1 or 2; -1 where there is no such
 *     setting
 * @param seccomp whether this process runs under a seccomp filter
 * @param futexWaitv whether {@code futex_waitv} works (Linux 5.16)
 * @param memlock limit of locked memory in bytes, -1 for none
 */
public record UringProbe(
    String kernel,
    boolean usable,
    String refusal,
    List<String> features,
    List<String> setupFlags,
    List<String> missingSetupFlags,
    List<String> opcodes,
    List<String> missingOpcodes,
    String futexFault,
    int ioUringDisabled,
    boolean seccomp,
    boolean futexWaitv,
    long memlock) {

  /** Copies the lists. */
  public UringProbe {
    features = List.copyOf(features);
    setupFlags = List.copyOf(setupFlags);
    missingSetupFlags = List.copyOf(missingSetupFlags);
    opcodes = List.copyOf(opcodes);
    missingOpcodes = List.copyOf(missingOpcodes);
  }

  /**
   * Tries. Opens and closes some rings; leaves nothing behind.
   *
   * @return what was found
   */
  public static UringProbe run() {
    List<String> flags = new ArrayList<>();
    List<String> missingFlags = new ArrayList<>();
    List<String> opcodes = new ArrayList<>();
    List<String> missingOpcodes = new ArrayList<>();
    List<String> features = List.of();
    String refusal = "";
    String futexFault = "there is no ring to wait on";
    try (KernelRing ring = KernelRing.open(RingOptions.DEFAULT.withEntries(8, 16))) {
      features = UringNames.features(ring.info().features());
      for (int opcode = 0; opcode < Opcode.LINUX_COUNT; opcode++) {
        (ring.supports(opcode) ? opcodes : missingOpcodes).add(Opcode.name(opcode));
      }
      UringNames.trySetupFlags(flags, missingFlags);
      futexFault = FutexCheck.run(ring);
    } catch (ErrnoException e) {
      refusal = e.getMessage();
    }
    return new UringProbe(
        Machine.kernelRelease(),
        refusal.isEmpty(),
        refusal,
        features,
        flags,
        missingFlags,
        opcodes,
        missingOpcodes,
        futexFault,
        Machine.ioUringDisabled(),
        Machine.filtered(),
        Machine.hasFutexWaitv(),
        Machine.memlock());
  }
}
