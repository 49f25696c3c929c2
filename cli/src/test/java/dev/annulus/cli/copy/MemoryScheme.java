// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.copy;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import dev.annulus.scheme.Request;
import dev.annulus.scheme.Scheme;
import dev.annulus.scheme.SchemeFactory;
import dev.annulus.scheme.Services;
import dev.annulus.scheme.StatxReply;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Resources in memory, {@code mem:0} and so on, that do all that a scheme may: move fewer bytes
 * than asked for, complete later and in any order, fail.
 */
final class MemoryScheme implements Scheme {
  /** What a resource is, and how it behaves; the test changes it between transfers only. */
  static final class Resource {
    byte[] content = {};
    int mode = 0100644;
    int blockSize = 4096;

    /** What STATX tells, if not the truth. */
    long toldSize = -1;

    /** Where reads and writes fail from, and how. */
    long failsAt = Long.MAX_VALUE;

    int errno;
    int mostInFlight;
    int inFlight;
  }

  private record Answer(long token, long result, Resource resource) {}

  private final Services services;
  private final List<Resource> resources;
  private final Random random;
  private final List<Answer> pending = new ArrayList<>();

  private MemoryScheme(Services services, List<Resource> resources, long seed) {
    this.services = services;
    this.resources = resources;
    random = new Random(seed);
  }

  static SchemeFactory over(List<Resource> resources, long seed) {
    return new SchemeFactory() {
      @Override
      public String name() {
        return "mem";
      }

      @Override
      public Scheme create(Services services) {
        return new MemoryScheme(services, resources, seed);
      }
    };
  }

  @Override
  public long open(Request request, MemorySegment path) {
    return path.get(JAVA_BYTE, 0) - '0';
  }

  @Override
  public long perform(Request request) {
    Resource resource = resources.get((int) request.resource());
    return switch (request.opcode()) {
      case Opcode.READ, Opcode.WRITE -> later(request, transfer(request, resource), resource);
      case Opcode.FSYNC -> later(request, 0, resource);
      case Opcode.SIZE -> size(resource);
      case Opcode.STATX ->
          StatxReply.write(request, resource.mode, size(resource), resource.blockSize);
      default -> 0;
    };
  }

  private static long size(Resource resource) {
    return resource.toldSize < 0 ? resource.content.length : resource.toldSize;
  }

  private long later(Request request, long result, Resource resource) {
    pending.add(new Answer(request.token(), result, resource));
    resource.inFlight++;
    resource.mostInFlight = Math.max(resource.mostInFlight, resource.inFlight);
    return PENDING;
  }

  private long transfer(Request request, Resource resource) {
    long offset = request.offset();
    int length = request.length();
    if (offset + length > resource.failsAt) {
      return -resource.errno;
    }
    boolean blocks = (resource.mode & 0170000) == 0060000;
    if (blocks && (offset % resource.blockSize != 0 || length % resource.blockSize != 0)) {
      return -Errno.EINVAL;
    }
    int unit = blocks ? resource.blockSize : 1;
    int count = (1 + random.nextInt(Math.max(length / unit, 1))) * unit;
    request.buffer(request.addr(), length);
    MemorySegment buffer = request.region().asSlice(request.addr(), length);
    return request.opcode() == Opcode.READ
        ? read(resource, offset, buffer, count)
        : write(resource, offset, buffer, count);
  }

  private static long read(Resource resource, long offset, MemorySegment buffer, int most) {
    int count = Math.clamp(resource.content.length - offset, 0, most);
    if (count > 0) {
      MemorySegment.copy(MemorySegment.ofArray(resource.content), offset, buffer, 0, count);
    }
    return count;
  }

  private static long write(Resource resource, long offset, MemorySegment buffer, int count) {
    int end = (int) offset + count;
    if (end > resource.content.length) {
      resource.content = Arrays.copyOf(resource.content, end);
    }
    MemorySegment.copy(buffer, 0, MemorySegment.ofArray(resource.content), offset, count);
    return count;
  }

  @Override
  public boolean poll() {
    if (pending.isEmpty()) {
      return false;
    }
    Answer answer = pending.remove(random.nextInt(pending.size()));
    answer.resource().inFlight--;
    services.complete(answer.token(), answer.result());
    return true;
  }

  @Override
  public boolean prepareToSleep() {
    return !pending.isEmpty();
  }

  @Override
  public void cancel(long token) {}

  @Override
  public void release(long resource) {}

  @Override
  public void close() {}
}
