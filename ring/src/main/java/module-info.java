// SPDX-License-Identifier: Apache-2.0

/** Entries, queues, their layout and the notification rule. Pure memory: no system call. */
module dev.annulus.ring {
  exports dev.annulus.ring;
}
