// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

/**
 * What a pool of buffers costs at least: a stack of offsets of buffers that are all as large as the
 * largest. It checks nothing.
 */
final class FreeList extends LeaseWorker {
  private static final int BUFFERS = 1024;

  private final long[] free = new long[BUFFERS];
  private int frees = BUFFERS;

  private FreeList(Arguments arguments) {
    super(arguments.number() != 0);
    for (int i = 0; i < BUFFERS; i++) {
      free[i] = (long) i * LARGEST;
    }
  }

  static Worker open(Arguments arguments) {
    return new FreeList(arguments);
  }

  @Override
  long lease(int size) {
    return frees == 0 ? -1 : free[--frees];
  }

  @Override
  void release(long lease) {
    free[frees++] = lease;
  }
}
