// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.annulus.peer.PeerSession;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import dev.annulus.scheme.Request;
import dev.annulus.scheme.Scheme;
import dev.annulus.scheme.SchemeFactory;
import dev.annulus.scheme.Services;
import dev.annulus.scheme.StatxReply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code nvme:C/N} is namespace N of the C-th controller (from 0), as a block device. Reads and
 * writes are forwarded to a queue pair of the reactor's own; the data goes between the client's
 * region and the device without a copy.
 *
 * <p>Offset and length must be multiples of the block size, which {@code STATX} tells as {@code
 * stx_blksize}; the buffer must begin at a multiple of 4. A transfer longer than the controller
 * takes at once is split; one longer than eight commands is answered with the shorter count, as
 * POSIX allows; so is one across the end.
 *
 * <p>What a controller's trouble ends is answered with what its status becomes: {@code ETIMEDOUT}
 * for a command that was aborted for its time, {@code ENOLINK} for one that a reset cut off;
 * whether the device carried it out is not known. Entries that come during a reset wait for its
 * end. A controller that has failed answers {@code EIO}.
 */
public final class NvmeScheme implements Scheme {
  private static final System.Logger LOG = System.getLogger("dev.annulus.nvme");
  private static final int S_IFBLK = 0x6000;
  private static final int QUEUE_ENTRIES = 256;
  private static final int POLL_AT_ONCE = 256;

  /** What is longer than so many commands is answered with a shorter count. */
  private static final int COMMANDS_AT_MOST = 8;

  private static final int MAX_RESOURCES = 1 << 12;

  private final Services services;
  private final List<Device> devices = new ArrayList<>();
  private final CompletionHandler handler = this::completed;

  /** One controller as this reactor sees it. */
  private record Device(Controller controller, QueuePair queue, RegionMap regions) {}

  private NvmeScheme(Services services) {
    this.services = services;
  }

  /**
   * Serves controllers that were started; they stay the caller's, to be closed after the host.
   *
   * @param controllers in the order of their numbers
   * @return the scheme's factory
   */
  public static SchemeFactory over(List<Controller> controllers) {
    List<Controller> all = List.copyOf(controllers);
    return new SchemeFactory() {
      @Override
      public String name() {
        return "nvme";
      }

      @Override
      public Scheme create(Services services) throws IOException {
        NvmeScheme scheme = new NvmeScheme(services);
        try {
          for (Controller controller : all) {
            scheme.add(controller);
          }
          return scheme;
        } catch (IOException | RuntimeException e) {
          scheme.close();
          throw e;
        }
      }
    };
  }

  private void add(Controller controller) throws NvmeException {
    QueuePair queue = controller.openQueuePair(QUEUE_ENTRIES);
    devices.add(new Device(controller, queue, new RegionMap(controller.dma())));
    if (queue.interruptFd() >= 0) {
      services.watch(queue.interruptFd());
    }
  }

  /** A resource is the controller's number in the upper, the namespace's in the lower bits. */
  @Override
  public long open(Request request, MemorySegment path) {
    int slash = -1;
    for (int i = 0; i < path.byteSize(); i++) {
      if (path.get(JAVA_BYTE, i) == '/') {
        slash = i;
        break;
      }
    }
    int device = number(path, 0, slash);
    int nsid = slash < 0 ? -1 : number(path, slash + 1, (int) path.byteSize());
    if (device < 0 || device >= devices.size() || nsid < 1 || nsid >= MAX_RESOURCES) {
      return -Errno.ENOENT;
    }
    Namespace namespace = namespace(devices.get(device), nsid);
    if (namespace == null) {
      return -Errno.ENOENT;
    }
    boolean writes = (request.opFlags() & 3) != 0;
    return writes && namespace.readOnly() ? -Errno.EROFS : (long) device * MAX_RESOURCES + nsid;
  }

  /** A decimal number of at most 4 digits between two places, or -1. */
  private static int number(MemorySegment path, int from, int to) {
    if (to <= from || to - from > 4) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = path.get(JAVA_BYTE, i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static Namespace namespace(Device device, int nsid) {
    List<Namespace> all = device.controller.namespaces();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).nsid() == nsid) {
        return all.get(i);
      }
    }
    return null;
  }

  @Override
  public long perform(Request request) {
    Device device = devices.get((int) request.resource() / MAX_RESOURCES);
    int nsid = (int) request.resource() % MAX_RESOURCES;
    Namespace namespace = namespace(device, nsid);
    if (namespace == null && request.opcode() != Opcode.CLOSE) {
      return -Errno.ENODEV; // it was removed
    }
    return switch (request.opcode()) {
      case Opcode.READ, Opcode.WRITE -> transfer(request, device, namespace);
      case Opcode.FSYNC -> queued(device, device.queue.flush(nsid, request.token()));
      case Opcode.SIZE -> namespace.size();
      case Opcode.STATX -> statx(request, namespace);
      case Opcode.CLOSE -> 0;
      default -> -Errno.EINVAL;
    };
  }

  private long transfer(Request request, Device device, Namespace namespace) {
    long length = request.length();
    long offset = request.offset();
    int blockSize = namespace.blockSize();
    if (length < 0 || offset < 0 || (offset | length) % blockSize != 0) {
      return -Errno.EINVAL;
    }
    if (request.buffer(request.addr(), length) == 0) {
      return -Errno.EFAULT;
    }
    boolean write = request.opcode() == Opcode.WRITE;
    long left = Math.max(namespace.size() - offset, 0);
    if (length == 0 || left == 0) {
      return write && length > 0 ? -Errno.ENOSPC : 0;
    }
    long iova = device.regions.iova(request.session(), request.region()) + request.addr();
    if (iova % 4 != 0) {
      return -Errno.EINVAL;
    }
    int bytes = (int) Math.min(Math.min(length, left), most(device, blockSize));
    request.note(bytes);
    int blocks = bytes / blockSize;
    long lba = offset / blockSize;
    int opcode = write ? NvmOpcode.WRITE : NvmOpcode.READ;
    try {
      return queued(
          device, device.queue.transfer(opcode, namespace, lba, blocks, iova, request.token()));
    } catch (IllegalArgumentException e) {
      return -Errno.ENODEV; // it became another just now
    }
  }

  /** So that one transfer leaves room for others in the queue. */
  private static long most(Device device, int blockSize) {
    long atOnce = device.queue.maxTransfer();
    return Math.min(device.queue.longestTransferOf(blockSize), COMMANDS_AT_MOST * atOnce);
  }

  private static long statx(Request request, Namespace namespace) {
    int mode = S_IFBLK | (namespace.readOnly() ? 0440 : 0660);
    return StatxReply.write(request, mode, namespace.size(), namespace.blockSize());
  }

  /**
   * A queue that is full, or waits for the end of a reset: what stands in it is told to the device,
   * and the entry is offered again.
   */
  private static long queued(Device device, boolean taken) {
    if (taken) {
      return PENDING;
    }
    try {
      device.queue.ring();
      return BUSY;
    } catch (NvmeException e) {
      return -e.errno();
    }
  }

  /** One doorbell for all that the clients submitted in this turn, then what has completed. */
  @Override
  public boolean poll() {
    int completed = 0;
    for (Device device : devices) {
      if (device.queue.inFlight() > 0) {
        completed += poll(device.queue);
      }
    }
    return completed > 0;
  }

  private int poll(QueuePair queue) {
    try {
      queue.ring();
      return queue.poll(handler, POLL_AT_ONCE);
    } catch (NvmeException e) {
      // It has failed and nothing is in flight, which with something in flight must not be.
      throw new UncheckedIOException(e);
    }
  }

  private void completed(long token, int status, int result) {
    services.complete(
        token, status == NvmeStatus.SUCCESS ? services.note(token) : -NvmeStatus.errno(status));
  }

  /** Completions raise an interrupt, which wakes the reactor; what came before it was seen here. */
  @Override
  public boolean prepareToSleep() {
    boolean interrupts = true;
    for (Device device : devices) {
      interrupts &= device.queue.interruptFd() >= 0 || device.queue.inFlight() == 0;
    }
    return poll() || !interrupts;
  }

  /** A device that does not answer is found by looking. */
  @Override
  public long longestSleepNanos() {
    long longest = 0;
    for (Device device : devices) {
      if (device.queue.inFlight() > 0) {
        long each = device.queue.longestSleepNanos();
        longest = longest == 0 ? each : Math.min(longest, each);
      }
    }
    return longest;
  }

  /** A command that the device has cannot be taken back; it completes soon. */
  @Override
  public void cancel(long token) {}

  @Override
  public void release(long resource) {}

  @Override
  public void forget(PeerSession session) {
    for (Device device : devices) {
      device.regions.forget(session);
    }
  }

  @Override
  public String counters() {
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < devices.size(); i++) {
      QueueCounters queue = devices.get(i).queue.counters();
      json.append(i == 0 ? "" : ", ").append("\"controller_").append(i).append("\": ");
      json.append("{\"commands\": ").append(queue.commands());
      json.append(", \"submission_doorbells\": ").append(queue.submissionDoorbells());
      json.append(", \"completion_doorbells\": ").append(queue.completionDoorbells());
      json.append(", \"spurious_completions\": ").append(queue.spurious());
      RecoveryCounters recoveries = devices.get(i).controller.recoveries();
      json.append(", \"aborts\": ").append(recoveries.aborts());
      json.append(", \"resets\": ").append(recoveries.resets());
      json.append(", \"failed\": ").append(recoveries.failed()).append('}');
    }
    return json.toString();
  }

  @Override
  public void close() {
    for (Device device : devices) {
      try {
        device.queue.close();
      } catch (NvmeException e) {
        LOG.log(System.Logger.Level.WARNING, "a queue pair was not deleted", e);
      }
    }
  }
}
