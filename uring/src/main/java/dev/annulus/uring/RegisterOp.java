// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

/**
 * The opcodes of {@code io_uring_register(2)}, for {@link Restrictions} and for errors. The names
 * are the kernel's without {@code IORING_}.
 *
 * <p>Source: {@code linux/io_uring.h}, {@code enum io_uring_register_op}.
 */
public enum RegisterOp {
  /** {@link FixedBuffers#table}. */
  REGISTER_BUFFERS(0, "5.1"),
  /** Ends a table of buffers. */
  UNREGISTER_BUFFERS(1, "5.1"),
  /** A table of files, each named. */
  REGISTER_FILES(2, "5.1"),
  /** Ends a table of files. */
  UNREGISTER_FILES(3, "5.1"),
  /** An eventfd that is told of completions. */
  REGISTER_EVENTFD(4, "5.2"),
  /** Ends that. */
  UNREGISTER_EVENTFD(5, "5.2"),
  /** {@link FixedFiles#put}. */
  REGISTER_FILES_UPDATE(6, "5.5"),
  /** An eventfd that is told of completions that come later. */
  REGISTER_EVENTFD_ASYNC(7, "5.6"),
  /** Which opcodes there are. */
  REGISTER_PROBE(8, "5.6"),
  /** {@link Registrations#personality}. */
  REGISTER_PERSONALITY(9, "5.6"),
  /** {@link Registrations#dropPersonality}. */
  UNREGISTER_PERSONALITY(10, "5.6"),
  /** {@link Registrations#restrict}. */
  REGISTER_RESTRICTIONS(11, "5.10"),
  /** {@link Registrations#enable}. */
  REGISTER_ENABLE_RINGS(12, "5.10"),
  /** {@link FixedFiles#table}. */
  REGISTER_FILES2(13, "5.13"),
  /** As {@link #REGISTER_FILES_UPDATE}, with tags. */
  REGISTER_FILES_UPDATE2(14, "5.13"),
  /** {@link FixedBuffers#sparse}. */
  REGISTER_BUFFERS2(15, "5.13"),
  /** {@link FixedBuffers#put}. */
  REGISTER_BUFFERS_UPDATE(16, "5.13"),
  /** Processors of the workers. */
  REGISTER_IOWQ_AFF(17, "5.14"),
  /** Ends that. */
  UNREGISTER_IOWQ_AFF(18, "5.14"),
  /** {@link Registrations#workers}. */
  REGISTER_IOWQ_MAX_WORKERS(19, "5.15"),
  /** An index in place of the ring's descriptor: every ring here has one. */
  REGISTER_RING_FDS(20, "5.18"),
  /** Gives the index back. */
  UNREGISTER_RING_FDS(21, "5.18"),
  /** {@link BufferRing#register}. */
  REGISTER_PBUF_RING(22, "5.19"),
  /** {@link BufferRing#close}. */
  UNREGISTER_PBUF_RING(23, "5.19"),
  /** Cancels without an entry: {@link Ring#close} of a restricted ring. */
  REGISTER_SYNC_CANCEL(24, "6.0"),
  /** {@link FixedFiles#allocateFrom}. */
  REGISTER_FILE_ALLOC_RANGE(25, "6.0"),
  /** {@link BufferRing#head}. */
  REGISTER_PBUF_STATUS(26, "6.8"),
  /** {@link Registrations#busyPoll}. */
  REGISTER_NAPI(27, "6.9"),
  /** Ends that. */
  UNREGISTER_NAPI(28, "6.9"),
  /** Which clock waits are measured by. */
  REGISTER_CLOCK(29, "6.12"),
  /** {@link FixedBuffers#cloneFrom}. */
  REGISTER_CLONE_BUFFERS(30, "6.12"),
  /** A message to a ring without having one. */
  REGISTER_SEND_MSG_RING(31, "6.13"),
  /** A queue of a network card, for {@link dev.annulus.uring.op.RecvZc}. */
  REGISTER_ZCRX_IFQ(32, "6.15"),
  /** {@link KernelRing#resize}. */
  REGISTER_RESIZE_RINGS(33, "6.13"),
  /** {@link Registrations#waits}. */
  REGISTER_MEM_REGION(34, "6.13"),
  /** What the kernel has, without a ring. */
  REGISTER_QUERY(35, "6.18");

  private final int number;
  private final String since;

  RegisterOp(int number, String since) {
    this.number = number;
    this.since = since;
  }

  /** The kernel's number. */
  int number() {
    return number;
  }

  /**
   * The first Linux that has it.
   *
   * @return a version such as {@code 6.12}
   */
  public String since() {
    return since;
  }
}
