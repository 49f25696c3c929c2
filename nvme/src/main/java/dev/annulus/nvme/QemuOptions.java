// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.nio.file.Path;
import java.util.List;

/**
 * How to start a QEMU whose NVMe controller is driven from here.
 *
 * @param command the program, and what stands before it, such as {@code taskset}
 * @param devices its arguments for the NVMe controller and what is behind it: {@code -blockdev},
 *     {@code -device nvme,…}. The controller is looked for on the first PCI bus
 * @param memoryBytes the guest's memory, of which all DMA memory comes: a multiple of 1 MiB, 8 MiB
 *     to 2 GiB. It is taken from this machine page by page as it is used
 * @param answerMillis how long QEMU may take to answer, 1 or more; then the way to it is broken
 */
public record QemuOptions(
    List<String> command, List<String> devices, long memoryBytes, int answerMillis) {
  private static final long MIB = 1 << 20;
  private static final long LEAST_MEMORY = 8 * MIB;

  /** Above, the machine's memory is in two parts. */
  private static final long MOST_MEMORY = 2048 * MIB;

  private static final long MEMORY = 256 * MIB;
  private static final int ANSWER_MILLIS = 20_000;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of its range
   */
  public QemuOptions {
    command = List.copyOf(command);
    devices = List.copyOf(devices);
    if (command.isEmpty() || devices.isEmpty()) {
      throw new IllegalArgumentException("no program or no devices: " + command + ", " + devices);
    }
    if (memoryBytes < LEAST_MEMORY || memoryBytes > MOST_MEMORY || memoryBytes % MIB != 0) {
      throw new IllegalArgumentException(
          "memoryBytes is %,d: must be a multiple of 1 MiB, from 8 MiB to 2 GiB"
              .formatted(memoryBytes));
    }
    if (answerMillis < 1) {
      throw new IllegalArgumentException("answerMillis is " + answerMillis + ": must be 1 or more");
    }
  }

  /**
   * A QEMU from the PATH, with devices as its manual describes them.
   *
   * @param arguments such as {@code -blockdev}, {@code driver=…}, {@code -device}, {@code nvme,…}
   * @return the options: 256 MiB, 20 seconds
   */
  public static QemuOptions of(String... arguments) {
    return new QemuOptions(
        List.of("qemu-system-x86_64"), List.of(arguments), MEMORY, ANSWER_MILLIS);
  }

  /**
   * A QEMU whose controller has one namespace, over a file.
   *
   * @param raw the file, of whole blocks of 512 bytes; written to in place
   * @return the options
   */
  public static QemuOptions disk(Path raw) {
    // QEMU's way to write a comma in a value.
    String name = raw.toAbsolutePath().toString().replace(",", ",,");
    return of(
        "-blockdev",
        "driver=file,node-name=disk,filename=" + name,
        "-device",
        "nvme,serial=ANNULUS,drive=disk");
  }

  /**
   * The same with another program.
   *
   * @param words the program, and what stands before it
   * @return the options
   */
  public QemuOptions withCommand(String... words) {
    return new QemuOptions(List.of(words), devices, memoryBytes, answerMillis);
  }

  /**
   * The same with another size of memory.
   *
   * @param bytes a multiple of 1 MiB, 8 MiB to 2 GiB
   * @return the options
   */
  public QemuOptions withMemoryBytes(long bytes) {
    return new QemuOptions(command, devices, bytes, answerMillis);
  }

  /**
   * The same with another patience.
   *
   * @param millis 1 or more
   * @return the options
   */
  public QemuOptions withAnswerMillis(int millis) {
    return new QemuOptions(command, devices, memoryBytes, millis);
  }
}
