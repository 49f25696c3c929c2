// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.annulus.ffi.Vfio;
import dev.annulus.ring.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The way to a controller on the PCI bus that this process has for itself ({@code vfio-pci}),
 * behind an IOMMU: it reaches no memory but what is mapped here. The memory counts against the
 * limit of locked memory.
 *
 * <p>Source: Linux's {@code driver-api/vfio.rst}; NVM Express PCIe Transport Specification.
 */
public final class VfioTransport implements Transport {
  private static final VarHandle REGISTER = JAVA_INT.varHandle();
  private static final long LOW = 0xFFFF_FFFFL;

  /** Elsewhere a release does not order what the processor tells memory and what it tells a bus. */
  private static final boolean FENCE = !System.getProperty("os.arch").equals("amd64");

  private final VfioDevice device;
  private final MemorySegment registers;
  private final VfioDma dma;
  private final VfioInterrupts interrupts;
  private final DoorbellRegisters doorbells;
  private boolean closed;

  private VfioTransport(VfioDevice device) throws NvmeException {
    this.device = device;
    registers = device.registers();
    dma = new VfioDma(device.container());
    interrupts = VfioInterrupts.enable(device.device(), device.address());
    doorbells = DoorbellRegisters.of(readLong(Registers.CAP), registers.byteSize());
  }

  /**
   * Opens a controller. It must belong to {@code vfio-pci}, and to nobody else's process.
   *
   * @param address on the PCI bus, such as {@code 0000:04:00.0}, as {@code lspci -D} shows it
   * @return the way to it, with its interrupts enabled
   * @throws NvmeException where it is not there, is no NVMe controller, is another driver's or
   *     another process's, has no IOMMU before it, or the memory may not be locked
   */
  public static VfioTransport open(String address) throws NvmeException {
    VfioDevice device = VfioDevice.open(address);
    try {
      return new VfioTransport(device);
    } catch (NvmeException | RuntimeException e) {
      device.close();
      throw e;
    }
  }

  @Override
  public int readInt(int register) throws NvmeException {
    try {
      return (int) REGISTER.getVolatile(registers, (long) register);
    } catch (InternalError fault) {
      throw gone(fault);
    }
  }

  /** Lower half first, as Linux does: not every bus passes 8 bytes as one. */
  @Override
  public long readLong(int register) throws NvmeException {
    return readInt(register) & LOW | (long) readInt(register + 4) << 32;
  }

  @Override
  public void writeInt(int register, int value) throws NvmeException {
    try {
      if (FENCE) {
        VarHandle.fullFence();
      }
      // Release: what was written to DMA memory before is there when the device reads it.
      REGISTER.setRelease(registers, (long) register, value);
    } catch (InternalError fault) {
      throw gone(fault);
    }
  }

  @Override
  public void writeLong(int register, long value) throws NvmeException {
    writeInt(register, (int) value);
    writeInt(register + 4, (int) (value >>> 32));
  }

  @Override
  public void submissionDoorbell(int queue, int tail) throws NvmeException {
    writeInt(doorbells.submission(queue), tail);
  }

  @Override
  public void completionDoorbell(int queue, int head) throws NvmeException {
    writeInt(doorbells.completion(queue), head);
  }

  private NvmeException gone(InternalError fault) {
    return new NvmeException(
        device.address() + ": its registers are no longer there: it was removed", fault);
  }

  @Override
  public DmaMemory dma() {
    return dma;
  }

  @Override
  public int interruptVectors() {
    return interrupts.vectors();
  }

  @Override
  public int interruptFd(int vector) {
    return interrupts.fd(vector);
  }

  @Override
  public void reset() throws NvmeException {
    int result = Vfio.reset(device.device());
    if (result < 0) {
      throw new NvmeException(
          "VFIO_DEVICE_RESET of "
              + device.address()
              + ": "
              + Errno.describe(-result)
              + ": it cannot be reset alone; power the machine off and on");
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      Vfio.reset(device.device()); // where it cannot be, the end of the mappings stops it too
      interrupts.close();
      dma.close();
      device.close();
    }
  }
}
