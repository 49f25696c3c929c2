// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.annulus.ring.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The opcode OPEN_URL: takes a private copy of the URL, finds its scheme, lets that open the rest.
 */
final class OpenUrl {
  /** The longest URL in bytes: Linux's PATH_MAX and a scheme's name. */
  static final int MAX_URL = 4096 + 16;

  private final MemorySegment url;
  private final List<Scheme> schemes;
  private final List<byte[]> names = new ArrayList<>();
  private int scheme;

  OpenUrl(Arena arena, List<Scheme> schemes) {
    url = arena.allocate(MAX_URL);
    this.schemes = schemes;
  }

  /** The name of the scheme that was added last. */
  void add(String name) {
    names.add(name.getBytes(StandardCharsets.US_ASCII));
  }

  /** The scheme of the URL opened last, by number. */
  int scheme() {
    return scheme;
  }

  /** Answers as {@link Scheme#open}; ENODEV for an unknown scheme, EINVAL for what is no URL. */
  long open(Request request) {
    long length = Integer.toUnsignedLong(request.length());
    if (length == 0 || length > MAX_URL) {
      return length == 0 ? -Errno.EINVAL : -Errno.ENAMETOOLONG;
    }
    if (request.buffer(request.addr(), length) == 0) {
      return -Errno.EFAULT;
    }
    MemorySegment.copy(request.region(), request.addr(), url, 0, length);
    int colon = colon((int) length);
    if (colon < 0) {
      return -Errno.EINVAL;
    }
    scheme = find(colon);
    return scheme < 0
        ? -Errno.ENODEV
        : schemes.get(scheme).open(request, url.asSlice(colon + 1, length - colon - 1));
  }

  /** Where the first colon is, or -1 where there is none or the URL has a NUL. */
  private int colon(int length) {
    int colon = -1;
    for (int i = 0; i < length; i++) {
      byte c = url.get(JAVA_BYTE, i);
      if (c == 0) {
        return -1;
      }
      if (c == ':' && colon < 0) {
        colon = i;
      }
    }
    return colon;
  }

  private int find(int nameLength) {
    for (int i = 0; i < names.size(); i++) {
      byte[] name = names.get(i);
      if (name.length == nameLength
          && url.asSlice(0, nameLength).mismatch(MemorySegment.ofArray(name)) < 0) {
        return i;
      }
    }
    return -1;
  }
}
