// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.annulus.ffi.Files;
import dev.annulus.peer.PeerSession;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import dev.annulus.scheme.Request;
import dev.annulus.scheme.Scheme;
import dev.annulus.scheme.SchemeFactory;
import dev.annulus.scheme.Services;
import dev.annulus.scheme.Snapshot;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code nvme:/C/N} is namespace N of the C-th controller (from 0), as a block device; {@code
 * nvme:/C} reads as a list of its namespaces, {@code nvme:/} as one of the controllers. A serial
 * number may stand for C, and the first slash may be left out. With {@code /info} after it, each
 * reads as what is known of it, in JSON.
 *
 * <p><b>Transfers.</b> A reactor has a queue pair of its own. Whole blocks, from and to a buffer
 * that begins at a multiple of 4, go between the client's region and the device without a copy.
 * What else is read or written is copied through a buffer of the reactor's, and a block that is
 * written in part is read before: whatever else the clients of the same reactor write to it
 * meanwhile is not lost. With {@code O_DIRECT} that is refused with {@code EINVAL}; the block size
 * is {@code stx_blksize} of {@code STATX}. A transfer longer than the controller takes at once is
 * split; one of whole blocks that is longer than eight commands is answered with the shorter count,
 * as POSIX allows; so is one across the end.
 *
 * <p><b>Durability.</b> {@code FSYNC} makes completed writes durable; with {@code O_DSYNC}, or
 * {@code RWF_DSYNC} for one, writes are when they complete. {@code FALLOCATE} zeroes and discards,
 * see {@link dev.annulus.scheme.Fallocate}.
 *
 * <p><b>Sharing.</b> With {@code O_EXCL} nobody else has the namespace open for writing, as long as
 * the handle is open: {@code EBUSY} else.
 *
 * <p>Where blocks carry protection information and no other metadata, the controller writes and
 * checks it, and clients see the data alone; what does not match is {@code EILSEQ}. Namespaces with
 * other metadata cannot be opened: {@code EOPNOTSUPP}.
 *
 * <p>What a controller's trouble ends is answered with what its status becomes: {@code ETIMEDOUT}
 * for a command that was aborted for its time, {@code ENOLINK} for one that a reset cut off;
 * whether the device carried it out is not known. Entries that come during a reset wait for its
 * end. A controller that has failed answers {@code ENODEV}, and {@code ENXIO} to an open.
 */
public final class NvmeScheme implements Scheme {
  private static final System.Logger LOG = System.getLogger("dev.annulus.nvme");

  /** What a client may ask for; what has no meaning for a device is none the less let pass. */
  private static final int OPEN_FLAGS =
      Files.O_ACCMODE
          | Files.O_CREAT
          | Files.O_EXCL
          | Files.O_TRUNC
          | Files.O_DIRECT
          | Files.O_SYNC
          | Files.O_CLOEXEC;

  private final Services services;
  private final List<String> serials;
  private final List<Writers> writers;
  private final List<ServedController> devices = new ArrayList<>();
  private final OpenResources resources = new OpenResources();

  private NvmeScheme(Services services, List<String> serials, List<Writers> writers) {
    this.services = services;
    this.serials = serials;
    this.writers = writers;
  }

  /**
   * Serves controllers that were started; they stay the caller's, to be closed after the host.
   *
   * @param controllers in the order of their numbers
   * @return the scheme's factory
   */
  public static SchemeFactory over(List<Controller> controllers) {
    List<Controller> all = List.copyOf(controllers);
    all.forEach(NvmeScheme::warn);
    List<String> serials = all.stream().map(each -> each.info().serial()).toList();
    List<Writers> writers = all.stream().map(each -> new Writers()).toList();
    return new SchemeFactory() {
      @Override
      public String name() {
        return "nvme";
      }

      @Override
      public Scheme create(Services services) throws IOException {
        NvmeScheme scheme = new NvmeScheme(services, serials, writers);
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

  private static void warn(Controller controller) {
    for (Namespace each : controller.namespaces()) {
      if (!PlainBlocks.possible(each)) {
        LOG.log(
            System.Logger.Level.WARNING,
            "{0} cannot be opened by nvme: its metadata is more than protection information;"
                + " format it without",
            each);
      }
    }
  }

  private void add(Controller controller) throws NvmeException {
    ServedController device = new ServedController(devices.size(), controller, services);
    devices.add(device);
    if (device.queue.interruptFd() >= 0) {
      services.watch(device.queue.interruptFd());
    }
  }

  @Override
  public long open(Request request, MemorySegment path) {
    int flags = request.opFlags();
    if ((flags & ~OPEN_FLAGS) != 0 || (flags & Files.O_ACCMODE) == Files.O_ACCMODE) {
      return -Errno.EINVAL;
    }
    String text = new String(path.toArray(JAVA_BYTE), StandardCharsets.ISO_8859_1);
    NvmePath at = NvmePath.parse(text, serials);
    if (at.errno() != 0) {
      return -at.errno();
    }
    return at.nsid() == 0 || at.info() ? openText(at, flags) : openBlocks(at, flags);
  }

  private long openText(NvmePath at, int flags) {
    String text = NvmeText.of(at, devices.stream().map(each -> each.controller).toList());
    if (text == null) {
      return -Errno.ENOENT;
    }
    return BlockHandle.writes(flags) ? -Errno.EROFS : resources.add(new Snapshot(text));
  }

  private long openBlocks(NvmePath at, int flags) {
    ServedController device = devices.get(at.controller());
    Namespace namespace = namespace(device, at.nsid());
    if (namespace == null) {
      return -Errno.ENOENT;
    }
    if (!PlainBlocks.possible(namespace)) {
      return -Errno.EOPNOTSUPP;
    }
    BlockHandle handle = new BlockHandle(device, namespace, flags);
    if ((flags & Files.O_CREAT) != 0 && handle.exclusive()) {
      return -Errno.EEXIST;
    }
    if (device.controller.hasFailed()) {
      return -Errno.ENXIO;
    }
    if (handle.writes() && namespace.readOnly()) {
      return -Errno.EROFS;
    }
    return writers.get(at.controller()).open(namespace, handle.writes(), handle.exclusive())
        ? resources.add(handle)
        : -Errno.EBUSY;
  }

  private static Namespace namespace(ServedController device, int nsid) {
    for (Namespace each : device.controller.namespaces()) {
      if (each.nsid() == nsid) {
        return each;
      }
    }
    return null;
  }

  @Override
  public long perform(Request request) {
    long resource = request.resource();
    BlockHandle blocks = resources.blocks(resource);
    long result =
        blocks != null
            ? blocks.device().perform(request, blocks)
            : resources.text(resource).perform(request);
    if (request.opcode() == Opcode.CLOSE) {
      release(resource);
    }
    return result;
  }

  @Override
  public boolean poll() {
    boolean worked = false;
    for (int i = 0; i < devices.size(); i++) {
      worked |= devices.get(i).poll();
    }
    return worked;
  }

  /** Completions raise an interrupt, which wakes the reactor; what came before it was seen here. */
  @Override
  public boolean prepareToSleep() {
    boolean worked = poll();
    for (ServedController device : devices) {
      worked |= !device.isToldOf();
    }
    return worked;
  }

  /** A device that does not answer is found by looking. */
  @Override
  public long longestSleepNanos() {
    long longest = 0;
    for (ServedController device : devices) {
      long each = device.longestSleepNanos();
      longest = each != 0 && (longest == 0 || each < longest) ? each : longest;
    }
    return longest;
  }

  /**
   * A command that the device has cannot be taken back; it completes soon. What takes several ends
   * after the one that it has.
   */
  @Override
  public void cancel(long token) {
    for (ServedController device : devices) {
      device.cancel(token);
    }
  }

  @Override
  public void release(long resource) {
    BlockHandle handle = resources.blocks(resource);
    if (handle != null) {
      writers
          .get(handle.device().number)
          .close(handle.namespace(), handle.writes(), handle.exclusive());
    }
    resources.remove(resource);
  }

  @Override
  public void forget(PeerSession session) {
    for (ServedController device : devices) {
      device.regions.forget(session);
    }
  }

  @Override
  public String counters() {
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < devices.size(); i++) {
      json.append(i == 0 ? "" : ", ").append("\"controller_").append(i).append("\": {");
      json.append(devices.get(i).counters()).append('}');
    }
    return json.toString();
  }

  @Override
  public void close() {
    for (ServedController device : devices) {
      try {
        device.close();
      } catch (NvmeException e) {
        LOG.log(System.Logger.Level.WARNING, "a queue pair was not deleted", e);
      }
    }
  }
}
