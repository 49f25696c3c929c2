// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Messages;
import dev.annulus.ring.Errno;

/** Messages from an end that may be gone: what it sent before is still there to be read. */
final class LastWords {
  private LastWords() {}

  /** As {@link Messages#receive}; a reset says that it left something of ours unread. */
  static long receive(int socket, Messages messages) {
    long received;
    do {
      received = messages.receive(socket);
    } while (received == -Errno.EINTR || received == -Errno.ECONNRESET);
    return received;
  }

  /** Why the other end ended it, or null where it did not say so. Called after a hang-up. */
  static String of(int socket, Messages messages) {
    long received;
    while ((received = receive(socket, messages)) > 0) {
      messages.closeDescriptors();
      if (AttachMessage.type(messages.body(), received) == AttachMessage.GOODBYE) {
        return AttachMessage.text(messages.body(), received);
      }
    }
    return null;
  }
}
