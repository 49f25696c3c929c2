// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.uring.UringProbe;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The set-up flags that rings use by default, and why; or why not here. */
final class RingFlags {
  private static final Map<String, String> WHY = new LinkedHashMap<>();

  /** What is there for who asks for it. */
  private static final Map<String, String> CHOICE = new LinkedHashMap<>();

  static {
    CHOICE.put("COOP_TASKRUN", "DEFER_TASKRUN goes further, and excludes it");
    CHOICE.put("SQPOLL", "a thread of the kernel spins for it: for who submits all the time");
    CHOICE.put("IOPOLL", "for O_DIRECT on devices with poll queues, and nothing else");
    CHOICE.put("HYBRID_IOPOLL", "the same with a sleep before");
    CHOICE.put("R_DISABLED", "for rings that are restricted before they are used");
    CHOICE.put("SQE128", "for commands that pass through to a device");
    CHOICE.put("CQE32", "for their answers; CQE_MIXED has room for both sizes");
    CHOICE.put("CQE_MIXED", "for completions of 32 bytes among those of 16");
    WHY.put("CQSIZE", "room for the completion of each operation in flight: nothing overflows");
    WHY.put("CLAMP", "sizes beyond the kernel's limit become that limit");
    WHY.put("SUBMIT_ALL", "an entry that fails does not hold up those behind it");
    WHY.put("TASKRUN_FLAG", "the kernel says when it has work for the owner: no call to find out");
    WHY.put("SINGLE_ISSUER", "one thread submits, the kernel takes no lock");
    WHY.put("DEFER_TASKRUN", "completions are made when the owner asks, not by interrupting it");
    WHY.put("NO_SQARRAY", "entries are taken in order, without an array of indices");
  }

  private RingFlags() {}

  static List<Finding> of(UringProbe probe) {
    List<Finding> flags = new ArrayList<>();
    WHY.forEach((flag, why) -> {
      boolean used = probe.setupFlags().contains(flag);
      String change = used ? "" : "a newer kernel has it; rings work without, a little slower";
      flags.add(new Finding(flag, (used ? "used: " : "not here: ") + why, change));
    });
    CHOICE.forEach((flag, why) -> {
      boolean there = probe.setupFlags().contains(flag);
      String change = there ? "" : "a newer kernel has it";
      flags.add(new Finding(flag, (there ? "when asked for: " : "not here: ") + why, change));
    });
    return flags;
  }
}
