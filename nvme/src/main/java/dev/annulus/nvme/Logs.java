// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.ArrayList;
import java.util.List;

/**
 * The log pages of a controller. Any thread; each call waits for the controller. Reading leaves
 * events as they are: they are the driver's to acknowledge.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 5.16.
 */
public final class Logs {
  private static final int ALL_NAMESPACES = Identify.ALL_NAMESPACES;
  private static final int MOST_CHANGED = 1024;

  private final AdminQueue queue;
  private final IdentifyController controller;

  Logs(AdminQueue queue, IdentifyController controller) {
    this.queue = queue;
    this.controller = controller;
  }

  /**
   * The controller's health.
   *
   * @return as it is now
   * @throws NvmeException where the controller refuses
   */
  public SmartLog smart() throws NvmeException {
    return SmartLog.parse(read(LogPage.SMART, ALL_NAMESPACES, 0, 0, LogPage.SMART_SIZE));
  }

  /**
   * A namespace's health.
   *
   * @param nsid its identifier
   * @return as it is now
   * @throws NvmeException where the controller has none for namespaces ({@link
   *     ControllerCapability#SMART_PER_NAMESPACE})
   */
  public SmartLog smart(int nsid) throws NvmeException {
    return SmartLog.parse(read(LogPage.SMART, nsid, 0, 0, LogPage.SMART_SIZE));
  }

  /**
   * The latest errors, newest first.
   *
   * @param most how many at most, 1 or more; the controller keeps at most 256
   * @return without empty entries; where errors come meanwhile, each once
   * @throws NvmeException where the controller refuses
   */
  public List<ErrorEntry> errors(int most) throws NvmeException {
    int kept = (int) controller.get(ControllerField.ELPE) + 1;
    if (!controller.has(ControllerCapability.LOG_OFFSETS)) {
      kept = Math.min(kept, AdminCommand.MOST_DATA / LogPage.ERROR_SIZE);
    }
    int number = Math.clamp(most, 1, kept);
    byte[] data = read(LogPage.ERROR, ALL_NAMESPACES, 0, 0, number * LogPage.ERROR_SIZE);
    List<ErrorEntry> entries = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      ErrorEntry entry = ErrorEntry.parse(data, i * LogPage.ERROR_SIZE);
      // What is pushed on by errors that came between two parts is seen twice.
      boolean again = !entries.isEmpty() && entry.count() >= entries.getLast().count();
      if (entry.count() != 0 && !again) {
        entries.add(entry);
      }
    }
    return entries;
  }

  /**
   * The firmware that the controller holds.
   *
   * @return all slots
   * @throws NvmeException where the controller refuses
   */
  public FirmwareSlots firmwareSlots() throws NvmeException {
    return FirmwareSlots.parse(
        read(LogPage.FIRMWARE_SLOT, ALL_NAMESPACES, 0, 0, LogPage.FIRMWARE_SIZE));
  }

  /**
   * The namespaces that changed since the driver last acknowledged an event about them. Nobody
   * needs it to follow changes: see {@link Controller#onEvent}.
   *
   * @return identifiers; only all ones where more than 1,024 changed
   * @throws NvmeException where the controller refuses
   */
  public List<Integer> changedNamespaces() throws NvmeException {
    byte[] data = read(LogPage.CHANGED_NAMESPACES, ALL_NAMESPACES, 0, 0, LogPage.CHANGED_SIZE);
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < MOST_CHANGED; i++) {
      int nsid = LittleEndian.i32(data, Integer.BYTES * i);
      if (nsid == 0) {
        break;
      }
      all.add(nsid);
    }
    return all;
  }

  /**
   * The commands that the controller has, and what they change.
   *
   * @return for the NVM command set
   * @throws NvmeException where the controller has no such page ({@link
   *     ControllerCapability#COMMAND_EFFECTS})
   */
  public CommandEffects commandEffects() throws NvmeException {
    return new CommandEffects(read(LogPage.EFFECTS, 0, 0, 0, LogPage.EFFECTS_SIZE));
  }

  /**
   * How far the latest sanitize is.
   *
   * @return as it is now
   * @throws NvmeException where the controller cannot sanitize
   */
  public SanitizeStatus sanitizeStatus() throws NvmeException {
    return SanitizeStatus.parse(
        read(LogPage.SANITIZE, ALL_NAMESPACES, 0, 0, LogPage.SANITIZE_SIZE));
  }

  /**
   * Any log page, as it is, in parts of 4096 bytes by offset.
   *
   * @param page its identifier, 0 to 255
   * @param nsid the namespace, all ones for the controller's own
   * @param specific Log Specific Field, 0 to 127
   * @param offset where to begin, a multiple of 4, 0 or more
   * @param bytes how many, a multiple of 4, 4 or more
   * @return so many bytes
   * @throws NvmeException where the controller refuses, or more than the first 4096 bytes are asked
   *     for and it has no offsets ({@link ControllerCapability#LOG_OFFSETS})
   */
  public byte[] read(int page, int nsid, int specific, long offset, int bytes)
      throws NvmeException {
    boolean valid = (page & ~0xFF) == 0 && (specific & ~0x7F) == 0;
    if (!valid || offset < 0 || bytes < 4 || ((offset | bytes) & 3) != 0) {
      throw new IllegalArgumentException(
          "log page %d, field %d, %,d bytes from %,d: at most 255 and 127, then multiples of 4"
              .formatted(page, specific, bytes, offset));
    }
    boolean offsets = controller.has(ControllerCapability.LOG_OFFSETS);
    if (!offsets && (offset > 0 || bytes > AdminCommand.MOST_DATA)) {
      throw new NvmeException(
          "log page %02xh, %,d bytes from %,d: the controller has no offsets of log pages; ask for"
                  .formatted(page, bytes, offset)
              + " its first 4096 bytes");
    }
    byte[] all = new byte[bytes];
    for (int done = 0; done < bytes; done += AdminCommand.MOST_DATA) {
      int part = Math.min(bytes - done, AdminCommand.MOST_DATA);
      byte[] data = part(page | specific << 8 | LogPage.RETAIN_EVENT, nsid, offset + done, part);
      System.arraycopy(data, 0, all, done, part);
    }
    return all;
  }

  /** Reads the beginning of a page, and says that events about it were understood. */
  static byte[] acknowledge(AdminQueue queue, int page, int bytes) throws NvmeException {
    return queue.execute(command(page, ALL_NAMESPACES, 0, bytes)).data();
  }

  private byte[] part(int first, int nsid, long offset, int bytes) throws NvmeException {
    return queue.execute(command(first, nsid, offset, bytes)).data();
  }

  private static AdminCommand command(int first, int nsid, long offset, int bytes) {
    String what = "Get Log Page %02xh, %d bytes from %,d".formatted(first & 0xFF, bytes, offset);
    int dwords = bytes / Integer.BYTES - 1;
    return AdminCommand.of(AdminOpcode.GET_LOG_PAGE, what)
        .nsid(nsid)
        .cdw10(first | dwords << 16, 0)
        .cdw12((int) offset, (int) (offset >>> 32))
        .receives(bytes);
  }
}
