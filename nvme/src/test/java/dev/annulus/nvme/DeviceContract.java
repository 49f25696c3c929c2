// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What contracts of commands have: a started controller, a queue pair, and a buffer. */
abstract class DeviceContract {
  private final int depth;
  private final int bufferBytes;
  Transport transport;
  Controller controller;
  QueuePair queue;
  DmaBuffer buffer;
  final Outcomes outcomes = new Outcomes();

  /** With so many commands in flight, one less than a power of two, and so long a buffer. */
  DeviceContract(int depth, int bufferBytes) {
    this.depth = depth;
    this.bufferBytes = bufferBytes;
  }

  /** A transport to a controller of the kind that is tested. */
  abstract Transport open() throws Exception;

  ControllerOptions options() {
    return ControllerOptions.DEFAULT;
  }

  @BeforeEach
  final void startDevice() throws Exception {
    transport = open();
    controller = Controller.start(transport, options());
    queue = controller.openQueuePair(depth + 1);
    buffer = controller.dma().allocate(bufferBytes, 4096);
  }

  @AfterEach
  final void stopDevice() throws Exception {
    queue.close();
    controller.close();
    transport.close();
  }

  /** A copy of some of the buffer. */
  byte[] bytes(long offset, int length) {
    byte[] copy = new byte[length];
    MemorySegment.copy(buffer.memory(), JAVA_BYTE, offset, copy, 0, length);
    return copy;
  }
}
