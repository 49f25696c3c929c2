// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import dev.annulus.scheme.Fallocate;
import dev.annulus.scheme.Request;
import dev.annulus.scheme.Scheme;
import dev.annulus.scheme.Services;
import dev.annulus.scheme.StatxReply;
import java.io.UncheckedIOException;

/**
 * A controller as one reactor serves it: a queue pair of the reactor's own, the clients' regions
 * that the device can reach, and what is under way.
 *
 * <p>Whole blocks go between the client's region and the device without a copy. What else may be
 * read and written is moved by {@link Jobs}; of these, and of everything, no two that change the
 * same blocks are with the device while one of them has read a block to write it back.
 */
final class ServedController implements CompletionHandler {
  private static final int S_IFBLK = 0x6000;
  private static final int QUEUE_ENTRIES = 256;
  private static final int POLL_AT_ONCE = 256;
  private static final int PAGE = 4096;

  /** What is longer than so many commands is answered with a shorter count. */
  private static final int COMMANDS_AT_MOST = 8;

  /** {@code rw_flags} of writes and reads; all others would be passed over in silence. */
  private static final int RWF_HIPRI = 1;

  private static final int RWF_DURABLE = 2 | 4;

  /** Its place among the host's controllers. */
  final int number;

  final Controller controller;
  final QueuePair queue;
  final RegionMap regions;
  private final Services services;
  private final DmaBuffer buffer;
  private final Flights flights;
  private final Jobs jobs;
  private long directBytes;
  private long copiedBytes;

  ServedController(int number, Controller controller, Services services) throws NvmeException {
    this.number = number;
    this.controller = controller;
    this.services = services;
    queue = controller.openQueuePair(QUEUE_ENTRIES);
    queue.usePlainBlocks();
    try {
      buffer = controller.dma().allocate((long) Jobs.BYTES * ByteJob.BUFFER, PAGE);
    } catch (NvmeException e) {
      queue.close();
      throw e;
    }
    regions = new RegionMap(controller.dma());
    flights = new Flights(queue.capacity());
    jobs = new Jobs(services, queue, buffer);
  }

  /**
   * Carries an operation out. A handle is for the namespace as it was opened: of one that was
   * removed, formatted or resized since it can only be asked and closed, {@code ENODEV} else.
   */
  long perform(Request request, BlockHandle handle) {
    int opcode = request.opcode();
    boolean asks = opcode == Opcode.SIZE || opcode == Opcode.STATX || opcode == Opcode.CLOSE;
    if (!asks && !queue.has(handle.namespace())) {
      return -Errno.ENODEV;
    }
    try {
      return carryOut(request, handle);
    } catch (IllegalArgumentException e) {
      if (queue.has(handle.namespace())) {
        throw e;
      }
      return -Errno.ENODEV; // it has changed since it was looked at above
    }
  }

  private long carryOut(Request request, BlockHandle handle) {
    return switch (request.opcode()) {
      case Opcode.READ -> handle.reads() ? transfer(request, handle, false) : -Errno.EBADF;
      case Opcode.WRITE -> handle.writes() ? transfer(request, handle, true) : -Errno.EBADF;
      case Opcode.FALLOCATE -> handle.writes() ? fallocate(request, handle) : -Errno.EBADF;
      case Opcode.FSYNC -> flush(request, handle.namespace());
      case Opcode.SIZE -> handle.namespace().size();
      case Opcode.STATX -> statx(request, handle.namespace());
      case Opcode.CLOSE -> 0;
      default -> -Errno.EINVAL;
    };
  }

  private long transfer(Request request, BlockHandle handle, boolean write) {
    Namespace namespace = handle.namespace();
    long length = request.length();
    long offset = request.offset();
    if (length < 0 || offset < 0) {
      return -Errno.EINVAL;
    }
    if ((request.opFlags() & ~(RWF_HIPRI | RWF_DURABLE)) != 0) {
      return -Errno.EOPNOTSUPP;
    }
    if (request.buffer(request.addr(), length) == 0) {
      return -Errno.EFAULT;
    }
    boolean aligned =
        ((offset | length) & namespace.blockSize() - 1) == 0
            && (request.addr() & 3) == 0
            && RegionMap.reachable(request.region());
    if (handle.direct() && !aligned) {
      return -Errno.EINVAL;
    }
    long left = Math.max(namespace.size() - offset, 0);
    if (length == 0 || left == 0) {
      return write && length > 0 ? -Errno.ENOSPC : 0;
    }
    boolean durable = write && (handle.durable() || (request.opFlags() & RWF_DURABLE) != 0);
    long most = Math.min(length, left);
    return aligned
        ? blocks(request, namespace, most, write, durable)
        : bytes(request, namespace, most, write, durable);
  }

  private long blocks(
      Request request, Namespace namespace, long length, boolean write, boolean durable) {
    long region = regions.iova(request.session(), request.region());
    if (region < 0) {
      return region;
    }
    int nsid = namespace.nsid();
    int bytes = (int) Math.min(length, most(nsid, write));
    int count = bytes / namespace.blockSize();
    long lba = request.offset() / namespace.blockSize();
    if (write && jobs.change(nsid, lba, lba + count)) {
      return busy();
    }
    int flight = flights.next();
    if (flight < 0) {
      return busy();
    }
    long iova = region + request.addr();
    boolean taken;
    if (durable) {
      taken = queue.writeThrough(nsid, lba, count, iova, flight);
    } else if (write) {
      taken = queue.write(nsid, lba, count, iova, flight);
    } else {
      taken = queue.read(nsid, lba, count, iova, flight);
    }
    if (!taken) {
      return busy();
    }
    flights.begin(request.token(), bytes, nsid, lba, write ? lba + count : lba);
    return Scheme.PENDING;
  }

  /** So that one transfer leaves room for others in the queue. */
  private long most(int nsid, boolean write) {
    long longest = write ? queue.longestWrite(nsid) : queue.longestTransfer(nsid);
    return Math.min(longest, COMMANDS_AT_MOST * queue.maxTransfer());
  }

  /**
   * A queue that is full, or waits for the end of a reset: what stands in it is told to the device,
   * and the entry is offered again.
   */
  private long busy() {
    try {
      queue.ring();
      return Scheme.BUSY;
    } catch (NvmeException e) {
      return -Errno.ENODEV; // it has failed, and nothing is in flight
    }
  }

  private long bytes(
      Request request, Namespace namespace, long length, boolean write, boolean durable) {
    int nsid = namespace.nsid();
    int shift = Integer.numberOfTrailingZeros(namespace.blockSize());
    long first = request.offset() >>> shift;
    long end = (request.offset() + length - 1 >>> shift) + 1;
    ByteJob job = jobs.bytes();
    if (job == null
        || write && (jobs.change(nsid, first, end) || flights.writes(nsid, first, end))) {
      return busy();
    }
    job.begin(request.token(), namespace, first, end, write);
    job.move(request.region(), request.addr(), shift, request.offset(), length, durable);
    if (!jobs.start(job)) {
      return busy();
    }
    copiedBytes += length;
    return Scheme.PENDING;
  }

  /** As of Linux's block devices; {@code addr} is the length, {@code len} the mode. */
  private long fallocate(Request request, BlockHandle handle) {
    Namespace namespace = handle.namespace();
    int mode = request.length();
    long offset = request.offset();
    long length = request.addr();
    RangeJob.Kind kind = kind(mode);
    if (kind == null) {
      return -Errno.EOPNOTSUPP;
    }
    if (offset < 0 || length <= 0 || offset >= namespace.size()) {
      return -Errno.EINVAL;
    }
    if (length > namespace.size() - offset) {
      if ((mode & Fallocate.KEEP_SIZE) == 0) {
        return -Errno.EINVAL;
      }
      length = namespace.size() - offset;
    }
    int blockSize = namespace.blockSize();
    if (((offset | length) & blockSize - 1) != 0) {
      return -Errno.EINVAL;
    }
    return change(request, handle, kind, offset / blockSize, length / blockSize);
  }

  private RangeJob.Kind kind(int mode) {
    int needed = mode == Fallocate.DISCARD ? ControllerInfo.DEALLOCATES : ControllerInfo.ZEROES;
    if ((controller.info().optionalCommands() & needed) == 0) {
      return null;
    }
    return switch (mode) {
      case Fallocate.ZERO_RANGE, Fallocate.ZERO_RANGE | Fallocate.KEEP_SIZE -> RangeJob.Kind.ZERO;
      case Fallocate.PUNCH -> RangeJob.Kind.PUNCH;
      case Fallocate.DISCARD -> RangeJob.Kind.DISCARD;
      default -> null;
    };
  }

  private long change(
      Request request, BlockHandle handle, RangeJob.Kind kind, long first, long blocks) {
    int nsid = handle.namespace().nsid();
    RangeJob job = jobs.range();
    if (job == null || jobs.change(nsid, first, first + blocks)) {
      return busy();
    }
    job.begin(request.token(), handle.namespace(), first, first + blocks, true);
    long atOnce =
        Math.min(NvmOpcode.MAX_BLOCKS, queue.maxTransfer() / handle.namespace().blockSize());
    job.change(kind, (int) Math.max(atOnce, 1), handle.durable());
    return jobs.start(job) ? Scheme.PENDING : busy();
  }

  private long flush(Request request, Namespace namespace) {
    int flight = flights.next();
    if (flight < 0 || !queue.flush(namespace.nsid(), flight)) {
      return busy();
    }
    flights.begin(request.token(), 0, namespace.nsid(), 0, 0);
    return Scheme.PENDING;
  }

  /** The same device has the same number, by whatever URL it was opened. */
  private long statx(Request request, Namespace namespace) {
    int mode = S_IFBLK | (namespace.readOnly() ? 0440 : 0660);
    long inode = number + 1L << 32 | namespace.nsid() & 0xFFFF_FFFFL;
    return StatxReply.write(request, mode, namespace.size(), namespace.blockSize(), inode);
  }

  @Override
  public void completed(long token, int status, long result) {
    if (Job.isOne(token)) {
      jobs.completed(Job.number(token), status);
      return;
    }
    int flight = (int) token;
    flights.end(flight);
    int bytes = flights.bytes(flight);
    directBytes += status == NvmeStatus.SUCCESS ? bytes : 0;
    services.complete(
        flights.token(flight), status == NvmeStatus.SUCCESS ? bytes : -NvmeStatus.errno(status));
  }

  /** One doorbell for all that the clients submitted in this turn, then what has completed. */
  boolean poll() {
    if (queue.inFlight() == 0 && !jobs.waits()) {
      return false;
    }
    try {
      queue.ring();
      boolean completed = queue.poll(this, POLL_AT_ONCE) > 0;
      return jobs.resume() || completed;
    } catch (NvmeException e) {
      if (!jobs.waits()) {
        // It has failed and nothing is in flight, which with something in flight must not be.
        throw new UncheckedIOException(e);
      }
      jobs.fail(-Errno.ENODEV);
      return true;
    }
  }

  /** Whether an interrupt will tell of all that is under way. */
  boolean isToldOf() {
    return !jobs.waits() && (queue.interruptFd() >= 0 || queue.inFlight() == 0);
  }

  /** How long may pass at most between two polls; 0 for ever. */
  long longestSleepNanos() {
    return queue.inFlight() > 0 ? queue.longestSleepNanos() : 0;
  }

  void cancel(long token) {
    jobs.cancel(token);
  }

  /** Pairs of JSON: what was done so far. */
  String counters() {
    QueueCounters counters = queue.counters();
    RecoveryCounters recoveries = controller.recoveries();
    return "\"commands\": "
        + counters.commands()
        + ", \"direct_bytes\": "
        + directBytes
        + ", \"copied_bytes\": "
        + copiedBytes
        + ", \"submission_doorbells\": "
        + counters.submissionDoorbells()
        + ", \"completion_doorbells\": "
        + counters.completionDoorbells()
        + ", \"spurious_completions\": "
        + counters.spurious()
        + ", \"aborts\": "
        + recoveries.aborts()
        + ", \"resets\": "
        + recoveries.resets()
        + ", \"failed\": "
        + recoveries.failed();
  }

  /** Nothing is in flight any more. */
  void close() throws NvmeException {
    queue.close();
    controller.dma().free(buffer);
  }
}
