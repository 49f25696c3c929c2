// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The way to the NVMe controller of a QEMU that is started for it: an implementation of another's,
 * on any machine, without rights. QEMU runs with a stopped processor, so that nothing but the
 * controller works in it; registers are reached by its test protocol, data is in the guest's
 * memory, which both processes have mapped.
 *
 * <p><b>Memory.</b> {@link DmaMemory#allocate} gives the guest's memory, until {@link
 * QemuOptions#memoryBytes} are used up. {@link DmaMemory#map} is refused: the device has no way to
 * other memory, so the scheme {@code nvme:}, which maps its clients', is not for this transport.
 * There is no IOMMU: the device reaches all of the guest's memory, also what is freed, but nothing
 * else of this process.
 *
 * <p><b>Costs.</b> A register read takes some 50 to 100 µs. Register and doorbell writes are not
 * waited for; they take a system call, and QEMU some 10 µs. There is a vector for the admin queue
 * and one a processor. Interrupts are words in the guest's memory, of which nothing tells: their
 * descriptors are signalled by a thread that polls, at most about a millisecond late, and which is
 * there only when somebody has asked for one.
 *
 * <p><b>Ends.</b> QEMU ends with the transport, and is killed by the kernel where this process is
 * killed; it leaves no file behind. Where it ends by itself, or does not answer in {@link
 * QemuOptions#answerMillis}, each further call fails with an {@link NvmeException} that says how,
 * and with what words: as with a device that was pulled out, the controller fails, and its queue
 * pairs end what was in flight.
 */
public final class QemuTransport implements Transport {
  private final Qtest qtest;
  private final QemuDma dma;
  private final QemuFunction function;
  private final DmaBuffer messages;
  private final QemuInterrupts interrupts;
  private final DoorbellRegisters doorbells;
  private boolean closed;

  private QemuTransport(Qtest qtest, QemuDma dma) throws NvmeException {
    this.qtest = qtest;
    this.dma = dma;
    function = new QemuFunction(qtest);
    int most = 1 + Runtime.getRuntime().availableProcessors();
    int vectors = Math.min(function.interrupts(), most);
    messages = dma.allocate((long) most * QemuInterrupts.APART, 4096);
    interrupts = new QemuInterrupts(vectors, messages.memory());
    enableInterrupts();
    doorbells = DoorbellRegisters.of(readLong(Registers.CAP), function.registers());
  }

  /**
   * Starts QEMU and finds its controller.
   *
   * @param options how
   * @return the way to it, with its interrupts enabled
   * @throws NvmeException where QEMU cannot be started, says that something is wrong, or has no
   *     NVMe controller
   */
  public static QemuTransport start(QemuOptions options) throws NvmeException {
    QemuDma dma = QemuDma.make(options.memoryBytes());
    Qtest qtest = null;
    try {
      qtest = Qtest.start(options, dma.fd());
      return new QemuTransport(qtest, dma);
    } catch (NvmeException | RuntimeException e) {
      if (qtest != null) {
        qtest.close();
      }
      dma.close();
      throw e;
    }
  }

  private void enableInterrupts() throws NvmeException {
    function.enableInterrupts(interrupts.vectors(), messages.iova(), QemuInterrupts.APART);
  }

  @Override
  public int readInt(int register) throws NvmeException {
    return qtest.read(QemuFunction.REGISTERS + register);
  }

  @Override
  public long readLong(int register) throws NvmeException {
    return qtest.readLong(QemuFunction.REGISTERS + register);
  }

  @Override
  public void writeInt(int register, int value) throws NvmeException {
    qtest.write(QemuFunction.REGISTERS + register, value);
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

  @Override
  public DmaMemory dma() {
    return dma;
  }

  @Override
  public int interruptVectors() {
    return interrupts.vectors();
  }

  @Override
  public int interruptFd(int vector) throws NvmeException {
    return interrupts.fd(vector);
  }

  /** Resets the function (FLR), and sets it up as it was. */
  @Override
  public synchronized void reset() throws NvmeException {
    function.reset();
    enableInterrupts();
  }

  /** The process, for tests that end it. */
  long pid() {
    return qtest.pid();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      qtest.close();
      interrupts.close();
      dma.close();
    }
  }
}
