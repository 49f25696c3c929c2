// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** Creates and deletes I/O queues with admin commands. */
final class QueueCommands {
  private QueueCommands() {}

  /** Creates a completion queue, then the submission queue that completes into it. */
  static void create(AdminQueue admin, CommandQueue queue, int vector, boolean interrupts)
      throws NvmeException {
    int id = queue.id();
    long size = (queue.entries() - 1L) << 16 | id;
    int flags =
        AdminOpcode.QUEUE_CONTIGUOUS
            | (interrupts ? AdminOpcode.QUEUE_INTERRUPTS | vector << 16 : 0);
    admin.execute(
        AdminOpcode.CREATE_CQ,
        0,
        size | (long) flags << 32,
        queue.cqIova(),
        AdminOpcode.name(AdminOpcode.CREATE_CQ) + " " + id,
        "ask for fewer entries or queue pairs");
    try {
      long of = (long) id << 16 | AdminOpcode.QUEUE_CONTIGUOUS;
      admin.execute(
          AdminOpcode.CREATE_SQ,
          0,
          size | of << 32,
          queue.sqIova(),
          AdminOpcode.name(AdminOpcode.CREATE_SQ) + " " + id,
          "ask for fewer entries or queue pairs");
    } catch (NvmeException e) {
      try {
        delete(admin, AdminOpcode.DELETE_CQ, id);
      } catch (NvmeException more) {
        e.addSuppressed(more);
      }
      throw e;
    }
  }

  /** Deletes both queues of an identifier; the device ends the commands in flight before. */
  static void delete(AdminQueue admin, int id) throws NvmeException {
    delete(admin, AdminOpcode.DELETE_SQ, id);
    delete(admin, AdminOpcode.DELETE_CQ, id);
  }

  private static void delete(AdminQueue admin, int opcode, int id) throws NvmeException {
    admin.execute(
        opcode,
        0,
        id,
        0,
        AdminOpcode.name(opcode) + " " + id,
        "its memory stays allocated until the controller is closed");
  }
}
