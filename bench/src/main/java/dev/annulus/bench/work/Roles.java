// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import java.util.Map;

/** What a worker's process can be told to be. */
public final class Roles {
  /** Produces on a peer ring: batch, entries, socket. */
  public static final String ANNULUS_PRODUCER = "annulus-producer";

  /** Consumes from a peer ring: batch, socket. */
  public static final String ANNULUS_CONSUMER = "annulus-consumer";

  /** Produces on Agrona's ring: path, entries. */
  public static final String AGRONA_PRODUCER = "agrona-producer";

  /** Consumes from Agrona's ring: batch, path, entries. */
  public static final String AGRONA_CONSUMER = "agrona-consumer";

  /** Publishes by Aeron: directory. */
  public static final String AERON_PRODUCER = "aeron-producer";

  /**
   * Subscribes by Aeron and runs its driver: batch, polls a turn of the driver, term, directory.
   */
  public static final String AERON_CONSUMER = "aeron-consumer";

  /** No-ops through our kernel ring: batch, set-up flags, entries, completion entries. */
  public static final String KERNEL_NOP = "kernel-nop";

  /** Calls by a peer ring: socket. */
  public static final String ANNULUS_CALLER = "annulus-caller";

  /** Answers by a peer ring: socket. */
  public static final String ANNULUS_ANSWERER = "annulus-answerer";

  /** Calls by a peer ring and sleeps until the answer: socket. */
  public static final String ANNULUS_SLEEPING_CALLER = "annulus-sleeping-caller";

  /** Answers by a peer ring and sleeps until the next call: socket. */
  public static final String ANNULUS_SLEEPING_ANSWERER = "annulus-sleeping-answerer";

  /** Calls by two words: path. */
  public static final String BARE_CALLER = "bare-caller";

  /** Answers by two words: path. */
  public static final String BARE_ANSWERER = "bare-answerer";

  /** Calls by two of Agrona's rings: entries, path of the calls, path of the answers. */
  public static final String AGRONA_CALLER = "agrona-caller";

  /** Answers by two of Agrona's rings: entries, path of the calls, path of the answers. */
  public static final String AGRONA_ANSWERER = "agrona-answerer";

  /** Serves files: socket, root. */
  public static final String FILE_HOST = "file-host";

  /** Serves {@code null:}: socket. */
  public static final String NULL_HOST = "null-host";

  /** Clients of a host, some of them active: clients, active, batch, depth of each, socket. */
  public static final String MANY_CLIENTS = "many-clients";

  /** Reads by a host: depth, batch, socket, URL. */
  public static final String FORWARDED_READER = "forwarded-reader";

  /** Reads by a kernel ring of its own: depth, batch, path. */
  public static final String DIRECT_READER = "direct-reader";

  /** Reads by a kernel ring, registered file and buffer: depth, batch, 1 for O_DIRECT, path. */
  public static final String FIXED_READER = "fixed-reader";

  /** The same, by processor time. */
  public static final String FIXED_READER_CPU = "fixed-reader-cpu";

  /** Reads with O_DIRECT by FileChannel, by processor time: threads, path. */
  public static final String THREAD_READER_CPU = "thread-reader-cpu";

  /** Reads by our NVMe driver from the model: batch. */
  public static final String NVME_DRIVER = "nvme-driver";

  /** Reads by our NVMe driver from a device that costs next to nothing: batch. */
  public static final String NVME_DRIVER_ALONE = "nvme-driver-alone";

  /** Reads by our NVMe driver from QEMU: depth, 1 for shadow doorbells, QEMU's processor, path. */
  public static final String QEMU_READER = "qemu-reader";

  /** Leases from a buffer pool: whether sizes are mixed, socket. */
  public static final String POOL_LEASES = "pool-leases";

  /** Leases from a stack of equal buffers: whether sizes are mixed. */
  public static final String FREE_LIST = "free-list";

  private static final Map<String, Worker.Opener> ALL =
      Map.ofEntries(
          Map.entry(ANNULUS_PRODUCER, AnnulusProducer::open),
          Map.entry(ANNULUS_CONSUMER, AnnulusConsumer::open),
          Map.entry(AGRONA_PRODUCER, AgronaProducer::open),
          Map.entry(AGRONA_CONSUMER, AgronaConsumer::open),
          Map.entry(AERON_PRODUCER, AeronProducer::open),
          Map.entry(AERON_CONSUMER, AeronConsumer::open),
          Map.entry(KERNEL_NOP, KernelNop::open),
          Map.entry(ANNULUS_CALLER, AnnulusCaller::open),
          Map.entry(ANNULUS_ANSWERER, AnnulusAnswerer::open),
          Map.entry(ANNULUS_SLEEPING_CALLER, AnnulusCaller::openSleeping),
          Map.entry(ANNULUS_SLEEPING_ANSWERER, AnnulusAnswerer::openSleeping),
          Map.entry(BARE_CALLER, BareCaller::open),
          Map.entry(BARE_ANSWERER, BareAnswerer::open),
          Map.entry(AGRONA_CALLER, AgronaCaller::open),
          Map.entry(AGRONA_ANSWERER, AgronaAnswerer::open),
          Map.entry(FILE_HOST, HostWorker::openFiles),
          Map.entry(NULL_HOST, HostWorker::openNull),
          Map.entry(MANY_CLIENTS, ManyClients::open),
          Map.entry(FORWARDED_READER, ForwardedReader::open),
          Map.entry(DIRECT_READER, DirectReader::open),
          Map.entry(FIXED_READER, FixedReader::open),
          Map.entry(FIXED_READER_CPU, arguments -> new CpuTimed(FixedReader.open(arguments))),
          Map.entry(THREAD_READER_CPU, arguments -> new CpuTimed(ThreadReader.open(arguments))),
          Map.entry(NVME_DRIVER, NvmeDriver::open),
          Map.entry(NVME_DRIVER_ALONE, NvmeDriver::openAlone),
          Map.entry(QEMU_READER, QemuReader::open),
          Map.entry(POOL_LEASES, PoolLeases::open),
          Map.entry(FREE_LIST, FreeList::open));

  private Roles() {}

  static Worker.Opener opener(String role) {
    Worker.Opener opener = ALL.get(role);
    if (opener == null) {
      throw new IllegalArgumentException("no such role: " + role);
    }
    return opener;
  }
}
