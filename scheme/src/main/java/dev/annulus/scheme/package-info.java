// SPDX-License-Identifier: Apache-2.0

/**
 * A host serves schemes to clients in other processes; a client reaches them by URL.
 *
 * <p><b>Guarantee.</b> Every entry that a client submits gets one completion, or the client is told
 * that the session is over. A client can reach nothing but the handles it opened and the regions it
 * shared, and whatever it does ends at most its own session. Nothing on the host's path blocks,
 * allocates, or holds a lock while waiting.
 *
 * <p><b>Threads.</b> A {@link dev.annulus.scheme.Host} runs one thread a reactor and one for its
 * socket. A {@link dev.annulus.scheme.Scheme} is made once a reactor and called on its thread
 * alone. A {@link dev.annulus.scheme.Client} belongs to one thread at a time.
 *
 * <p><b>Ownership.</b> A handle belongs to the client's context and ends with it; so does all
 * memory of the session, once the last operation that uses it is complete.
 *
 * <pre>{@code
 * try (Host host = Host.start(HostOptions.at(socket), List.of(FileScheme.below(root, true)));
 *     Client client = Client.connect(socket, PeerOptions.DEFAULT)) {
 *   long buffer = client.pool().lease(4096, 512);
 *   int file = client.open("file:/hello.txt", Client.O_RDONLY, 0);
 *   client.read(file, buffer, 0, 4096, 0, 7);
 *   client.await(1, 0);
 *   client.reap((tag, result, flags) -> System.out.println(tag + ": " + result), 1);
 *   client.close(file);
 * }
 * }</pre>
 */
package dev.annulus.scheme;
