// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** Opcodes of the admin queue. Source: NVM Express Base Specification 2.0, section 5. */
final class AdminOpcode {
  /** Delete I/O Submission Queue: CDW10 is the queue identifier. */
  static final int DELETE_SQ = 0x00;

  /** Create I/O Submission Queue: PRP1 is its memory, CDW10 size and identifier, CDW11 its CQ. */
  static final int CREATE_SQ = 0x01;

  /** Get Log Page: CDW10 the page and the length's lower half. */
  static final int GET_LOG_PAGE = 0x02;

  /** Delete I/O Completion Queue: CDW10 is the queue identifier. */
  static final int DELETE_CQ = 0x04;

  /**
   * Create I/O Completion Queue: PRP1 is its memory, CDW10 size and identifier, CDW11 interrupt.
   */
  static final int CREATE_CQ = 0x05;

  /** Identify: CDW10 says which structure. */
  static final int IDENTIFY = 0x06;

  /** Abort: CDW10 names queue and command; bit 0 of the result says "not aborted". */
  static final int ABORT = 0x08;

  /** Set Features: CDW10 the feature, CDW11 its value. */
  static final int SET_FEATURES = 0x09;

  /** Get Features: CDW10 the feature and which of its values; the result is the value. */
  static final int GET_FEATURES = 0x0A;

  /** Asynchronous Event Request: completes when something happens. */
  static final int ASYNC_EVENT = 0x0C;

  /** Keep Alive: restarts the keep-alive timer; needed on fabrics. */
  static final int KEEP_ALIVE = 0x18;

  /** Doorbell Buffer Config: PRP1 is the page of shadow doorbells, PRP2 that of event indices. */
  static final int DOORBELL_BUFFER_CONFIG = 0x7C;

  /** Create I/O Completion/Submission Queue, CDW11: the queue is physically contiguous. */
  static final int QUEUE_CONTIGUOUS = 1;

  /** Create I/O Completion Queue, CDW11: completions raise the interrupt vector in bits 31:16. */
  static final int QUEUE_INTERRUPTS = 1 << 1;

  private AdminOpcode() {}

  /** The command's name in the specification, or its number. */
  static String name(int opcode) {
    return switch (opcode) {
      case DELETE_SQ -> "Delete I/O Submission Queue";
      case CREATE_SQ -> "Create I/O Submission Queue";
      case GET_LOG_PAGE -> "Get Log Page";
      case DELETE_CQ -> "Delete I/O Completion Queue";
      case CREATE_CQ -> "Create I/O Completion Queue";
      case IDENTIFY -> "Identify";
      case ABORT -> "Abort";
      case SET_FEATURES -> "Set Features";
      case GET_FEATURES -> "Get Features";
      case ASYNC_EVENT -> "Asynchronous Event Request";
      case KEEP_ALIVE -> "Keep Alive";
      case DOORBELL_BUFFER_CONFIG -> "Doorbell Buffer Config";
      default -> "admin command " + Integer.toHexString(opcode) + "h";
    };
  }
}
