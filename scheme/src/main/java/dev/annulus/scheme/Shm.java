// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.peer.PeerEnd;
import dev.annulus.peer.QueueOptions;
import dev.annulus.ring.Opcode;
import java.io.IOException;

/**
 * One end of queues of the application's own, found by name through a host: {@code shm:}.
 *
 * <p>Belongs to the client's thread. The host brings both ends together and is not needed
 * afterwards: what {@link dev.annulus.peer.PeerQueues#open} made of {@link #end} lives on when this
 * is closed, when the client is, and when the host dies.
 *
 * <pre>{@code
 * QueueOptions jobs = QueueOptions.client(64, PROTOCOL);           // or QueueOptions.of(…)
 * try (Shm name = Shm.create(client, "jobs", jobs, 0600);          // the other: Shm.open, and
 *     PeerQueues queues = PeerQueues.open(name.end(), jobs)) {     //   jobs.exchanged()
 *   long at = queues.out().claim();
 *   SqEntry.fill(queues.out().slots(), at, 0xC0, -1, 0, 0, 0, 42); // opcodes 0xC0 to 0xFF
 *   queues.publish();
 *   queues.await(1, 0);
 * }
 * }</pre>
 */
public final class Shm implements AutoCloseable {
  private final Client client;
  private final int handle;
  private final PeerEnd end;

  private Shm(Client client, int handle) throws IOException {
    this.client = client;
    this.handle = handle;
    try {
      end = client.ring.take((int) client.call(Opcode.OFFER, handle, "offer"));
    } catch (IOException | RuntimeException e) {
      client.close(handle);
      throw e;
    }
  }

  /**
   * Creates a name, and has its first end. Blocks until the host has answered, not until the other
   * end has come.
   *
   * @param client with no operation in flight
   * @param name 1 to 64 letters, digits, dots, underscores and hyphens, among those of one's user
   * @param options what this end will be set up with: they say how much memory to make
   * @param mode who may open the other end, as a file's permissions: reading and writing both
   * @return the first end's
   * @throws IOException where the name is there ({@code EEXIST}), a quota is used up ({@code
   *     EDQUOT}), or the host is gone
   */
  public static Shm create(Client client, String name, QueueOptions options, int mode)
      throws IOException {
    String url = "shm:%s?size=%d,%d".formatted(name, options.ownBytes(), options.otherBytes());
    int flags = Client.O_RDWR | Client.O_CREAT | Client.O_EXCL;
    return new Shm(client, client.open(url, flags, mode));
  }

  /**
   * Opens a name that another client created: its second end, which there is once. Blocks until the
   * host has answered.
   *
   * @param client with no operation in flight
   * @param name as it was created; {@code UID/NAME} for one of another user
   * @return the second end's
   * @throws IOException where there is no such name, or no more ({@code ENOENT}), its creator does
   *     not allow it ({@code EACCES}), or the host is gone
   */
  public static Shm open(Client client, String name) throws IOException {
    return new Shm(client, client.open("shm:" + name, Client.O_RDWR, 0));
  }

  /**
   * The end, for one {@link dev.annulus.peer.PeerQueues#open}.
   *
   * @return closed by that, or with this
   */
  public PeerEnd end() {
    return end;
  }

  /**
   * Closes the handle: the creator's name is gone, where nobody opened it. Queues that were set up
   * go on. Blocks; no operation of the client may be in flight.
   *
   * @throws IOException where the host is gone
   */
  @Override
  public void close() throws IOException {
    end.close();
    client.close(handle);
  }
}
