// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import java.util.List;

/** The table of all operations, in the order of their opcodes: the one source of every list. */
public final class Operations {
  /** All of them. */
  public static final List<Row> TABLE =
      List.of(
          row(Opcode.NOP, "5.1", Nop.class),
          row(Opcode.READV, "5.1", Readv.class),
          row(Opcode.WRITEV, "5.1", Writev.class),
          row(Opcode.FSYNC, "5.1", Fsync.class),
          row(Opcode.READ_FIXED, "5.1", ReadFixed.class),
          row(Opcode.WRITE_FIXED, "5.1", WriteFixed.class),
          row(Opcode.POLL_ADD, "5.1", PollAdd.class),
          row(Opcode.POLL_REMOVE, "5.1", PollRemove.class),
          row(Opcode.SYNC_FILE_RANGE, "5.2", SyncFileRange.class),
          row(Opcode.SENDMSG, "5.3", Sendmsg.class),
          row(Opcode.RECVMSG, "5.3", Recvmsg.class),
          row(Opcode.TIMEOUT, "5.4", Timeout.class),
          row(Opcode.TIMEOUT_REMOVE, "5.5", TimeoutRemove.class, TimeoutUpdate.class),
          row(Opcode.ACCEPT, "5.5", Accept.class),
          row(Opcode.ASYNC_CANCEL, "5.5", AsyncCancel.class),
          row(Opcode.LINK_TIMEOUT, "5.5", LinkTimeout.class),
          row(Opcode.CONNECT, "5.5", Connect.class),
          row(Opcode.FALLOCATE, "5.6", Fallocate.class),
          row(Opcode.OPENAT, "5.6", Openat.class),
          row(Opcode.CLOSE, "5.6", Close.class),
          row(Opcode.FILES_UPDATE, "5.6", FilesUpdate.class),
          row(Opcode.STATX, "5.6", Statx.class),
          row(Opcode.READ, "5.6", Read.class),
          row(Opcode.WRITE, "5.6", Write.class),
          row(Opcode.FADVISE, "5.6", Fadvise.class),
          row(Opcode.MADVISE, "5.6", Madvise.class),
          row(Opcode.SEND, "5.6", Send.class),
          row(Opcode.RECV, "5.6", Recv.class),
          row(Opcode.OPENAT2, "5.6", Openat2.class),
          row(Opcode.EPOLL_CTL, "5.6", EpollCtl.class),
          row(Opcode.SPLICE, "5.7", Splice.class),
          row(Opcode.PROVIDE_BUFFERS, "5.7", ProvideBuffers.class),
          row(Opcode.REMOVE_BUFFERS, "5.7", RemoveBuffers.class),
          row(Opcode.TEE, "5.8", Tee.class),
          row(Opcode.SHUTDOWN, "5.11", Shutdown.class),
          row(Opcode.RENAMEAT, "5.11", Renameat.class),
          row(Opcode.UNLINKAT, "5.11", Unlinkat.class),
          row(Opcode.MKDIRAT, "5.15", Mkdirat.class),
          row(Opcode.SYMLINKAT, "5.15", Symlinkat.class),
          row(Opcode.LINKAT, "5.15", Linkat.class),
          row(Opcode.MSG_RING, "5.18", MsgRing.class, MsgRingFd.class),
          row(Opcode.FSETXATTR, "5.19", Fsetxattr.class),
          row(Opcode.SETXATTR, "5.19", Setxattr.class),
          row(Opcode.FGETXATTR, "5.19", Fgetxattr.class),
          row(Opcode.GETXATTR, "5.19", Getxattr.class),
          row(Opcode.SOCKET, "5.19", Socket.class),
          row(Opcode.URING_CMD, "5.19", UringCmd.class, SocketOption.class),
          row(Opcode.SEND_ZC, "6.0", SendZc.class),
          row(Opcode.SENDMSG_ZC, "6.1", SendmsgZc.class),
          row(Opcode.READ_MULTISHOT, "6.7", ReadMultishot.class),
          row(Opcode.WAITID, "6.7", Waitid.class),
          row(Opcode.FUTEX_WAIT, "6.7", FutexWait.class),
          row(Opcode.FUTEX_WAKE, "6.7", FutexWake.class),
          row(Opcode.FUTEX_WAITV, "6.7", FutexWaitv.class),
          row(Opcode.FIXED_FD_INSTALL, "6.8", FixedFdInstall.class),
          row(Opcode.FTRUNCATE, "6.9", Ftruncate.class),
          row(Opcode.BIND, "6.11", Bind.class),
          row(Opcode.LISTEN, "6.11", Listen.class),
          row(Opcode.RECV_ZC, "6.15", RecvZc.class),
          row(Opcode.EPOLL_WAIT, "6.15", EpollWait.class),
          row(Opcode.READV_FIXED, "6.15", ReadvFixed.class),
          row(Opcode.WRITEV_FIXED, "6.15", WritevFixed.class),
          row(Opcode.PIPE, "6.16", Pipe.class));

  private Operations() {}

  private static Row row(int opcode, String since, Class<? extends Operation> type) {
    return new Row(opcode, since, List.of(type));
  }

  private static Row row(
      int opcode, String since, Class<? extends Operation> type, Class<? extends Operation> other) {
    return new Row(opcode, since, List.of(type, other));
  }

  /**
   * One operation of the kernel.
   *
   * @param opcode a constant of {@link Opcode}
   * @param since the first version of Linux that has it
   * @param types its class, or its classes where it does more than one thing
   */
  public record Row(int opcode, String since, List<Class<? extends Operation>> types) {
    /** Keeps the classes as they are. */
    public Row {
      types = List.copyOf(types);
    }

    /**
     * The kernel's name.
     *
     * @return such as {@code IORING_OP_READ}
     */
    public String name() {
      return "IORING_OP_" + Opcode.name(opcode);
    }
  }
}
