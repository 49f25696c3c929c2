// SPDX-License-Identifier: Apache-2.0

/**
 * Linux system calls from Java.
 *
 * <p><b>Guarantee.</b> Every call answers as the kernel does: a result of at least 0, or {@code
 * -errno}. None throws for an error number, none retries behind the caller's back, and none hands
 * out memory without bounds and a lifetime.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. A call that can block holds its
 * carrier thread: virtual threads should not make it.
 *
 * <p><b>Ownership.</b> Descriptors belong to the caller. Mappings belong to the arena they were
 * made in, and are unmapped when it closes.
 *
 * <pre>{@code
 * int fd = Files.open("/etc/hostname", Files.O_RDONLY, 0);
 * if (fd < 0) {
 *   throw new ErrnoException("open", -fd);
 * }
 * }</pre>
 */
package dev.annulus.ffi;
