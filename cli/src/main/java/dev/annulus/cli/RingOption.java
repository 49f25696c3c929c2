// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.uring.RingOptions.Policy;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The option {@code --ring}: whether the host's rings to the kernel are io_uring's. */
final class RingOption {
  @Option(
      names = "--ring",
      paramLabel = "require|prefer|never",
      defaultValue = "prefer",
      description = {
        "What to do about io_uring: fail without it, use a thread pool where it is forbidden or",
        "missing (default), or use the thread pool always."
      })
  Policy policy;

  /** As it is typed. */
  String word() {
    return policy.name().toLowerCase(Locale.ROOT);
  }
}
