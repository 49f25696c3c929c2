// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.time.Instant;

/**
 * The features of a controller. Any thread; each call waits for the controller. What is set holds
 * until the controller is closed: it is set again after a reset.
 *
 * <p>Number of Queues and Asynchronous Event Configuration are the driver's own and cannot be set.
 *
 * <p>Source: NVM Express Base Specification 2.0, sections 5.15 and 5.27.
 */
public final class Features {
  private static final int LONG_IDENTIFIER = 16;
  private static final int SHORT_IDENTIFIER = 8;
  private static final int TIMESTAMP_WIDTH = 6;

  private final AdminQueue queue;
  private final FeatureMemory memory;

  Features(AdminQueue queue, FeatureMemory memory) {
    this.queue = queue;
    this.memory = memory;
  }

  /**
   * A value of any feature.
   *
   * @param feature its identifier, 0 to 255
   * @param which of its values
   * @param nsid the namespace, 0 for a feature of the controller
   * @param cdw11 what else the feature is asked for with, usually 0
   * @return dword 0 of the answer
   * @throws NvmeException where the controller refuses
   */
  public int get(int feature, FeatureSelect which, int nsid, int cdw11) throws NvmeException {
    return queue.execute(getting(feature, which.ordinal(), nsid, cdw11)).result();
  }

  /**
   * What can be done with a feature; needs {@link ControllerCapability#FEATURE_SAVING}.
   *
   * @param feature its identifier, 0 to 255
   * @return what the controller says
   * @throws NvmeException where the controller refuses
   */
  public FeatureSupport support(int feature) throws NvmeException {
    return FeatureSupport.parse(
        queue.execute(getting(feature, Feature.SELECT_SUPPORT, 0, 0)).result());
  }

  /**
   * Sets any feature that takes no data.
   *
   * @param feature its identifier, 0 to 255
   * @param nsid the namespace, 0 for a feature of the controller
   * @param value CDW11
   * @param save whether the device keeps it over resets and power loss
   * @throws NvmeException where the controller refuses
   * @throws IllegalArgumentException where the feature is the driver's own
   */
  public void set(int feature, int nsid, int value, boolean save) throws NvmeException {
    if (feature == Feature.NUMBER_OF_QUEUES || feature == Feature.ASYNC_EVENTS) {
      throw new IllegalArgumentException(
          "feature %02xh is the driver's own: it is set when the controller starts"
              .formatted(feature));
    }
    AdminCommand command = setting(feature, nsid, value, save);
    queue.execute(command);
    memory.remember(feature, command);
  }

  private static AdminCommand getting(int feature, int select, int nsid, int cdw11) {
    return AdminCommand.of(AdminOpcode.GET_FEATURES, words("Get", feature))
        .nsid(nsid)
        .cdw10(checked(feature) | select << Feature.SELECT_SHIFT, cdw11);
  }

  private static AdminCommand setting(int feature, int nsid, int value, boolean save) {
    return AdminCommand.of(AdminOpcode.SET_FEATURES, words("Set", feature))
        .nsid(nsid)
        .cdw10(checked(feature) | (save ? Feature.SAVE : 0), value);
  }

  private static String words(String verb, int feature) {
    return verb + " Features, " + Feature.name(feature);
  }

  private static int checked(int feature) {
    if ((feature & ~0xFF) != 0) {
      throw new IllegalArgumentException("feature " + feature + ": must be 0 to 255");
    }
    return feature;
  }

  private int current(int feature) throws NvmeException {
    return get(feature, FeatureSelect.CURRENT, 0, 0);
  }

  /**
   * Whether writes may stay in a volatile cache until a flush.
   *
   * @return false where each write is durable when it completes
   * @throws NvmeException where the controller has no such cache
   */
  public boolean writeCache() throws NvmeException {
    return (current(Feature.VOLATILE_WRITE_CACHE) & 1) != 0;
  }

  /**
   * Switches the volatile write cache.
   *
   * @param enabled whether it is used
   * @throws NvmeException where the controller has no such cache
   */
  public void writeCache(boolean enabled) throws NvmeException {
    set(Feature.VOLATILE_WRITE_CACHE, 0, enabled ? 1 : 0, false);
  }

  /**
   * The power state.
   *
   * @return its number, see {@link IdentifyController#powerStates}
   * @throws NvmeException where the controller refuses
   */
  public int powerState() throws NvmeException {
    return current(Feature.POWER_MANAGEMENT) & 0x1F;
  }

  /**
   * Changes the power state.
   *
   * @param number which, 0 to 31; see {@link IdentifyController#powerStates}
   * @throws NvmeException where the controller has no such state
   */
  public void powerState(int number) throws NvmeException {
    if ((number & ~0x1F) != 0) {
      throw new IllegalArgumentException("power state " + number + ": must be 0 to 31");
    }
    set(Feature.POWER_MANAGEMENT, 0, number, false);
  }

  /**
   * The temperature at which the controller tells of it.
   *
   * @param sensor 0 for the composite temperature, 1 to 8 for a sensor
   * @param under whether the lower threshold is meant, not the upper
   * @return kelvin
   * @throws NvmeException where there is no such sensor
   */
  public int temperatureThreshold(int sensor, boolean under) throws NvmeException {
    int select = threshold(sensor, under);
    return get(Feature.TEMPERATURE_THRESHOLD, FeatureSelect.CURRENT, 0, select) & 0xFFFF;
  }

  /**
   * Sets the temperature at which the controller tells of it.
   *
   * @param sensor 0 for the composite temperature, 1 to 8 for a sensor
   * @param under whether the lower threshold is meant, not the upper
   * @param kelvin 0 to 65,535
   * @throws NvmeException where there is no such sensor
   */
  public void temperatureThreshold(int sensor, boolean under, int kelvin) throws NvmeException {
    if ((kelvin & ~0xFFFF) != 0) {
      throw new IllegalArgumentException(kelvin + " K: must be 0 to 65,535");
    }
    set(Feature.TEMPERATURE_THRESHOLD, 0, threshold(sensor, under) | kelvin, false);
  }

  private static int threshold(int sensor, boolean under) {
    if (sensor < 0 || sensor > 8) {
      throw new IllegalArgumentException("sensor " + sensor + ": must be 0 to 8");
    }
    return sensor << 16 | (under ? 1 << 20 : 0);
  }

  /**
   * How the controller takes turns among queues.
   *
   * @return as it is now
   * @throws NvmeException where the controller refuses
   */
  public Arbitration arbitration() throws NvmeException {
    return Arbitration.parse(current(Feature.ARBITRATION));
  }

  /**
   * Says how to take turns among queues.
   *
   * @param value how
   * @throws NvmeException where the controller refuses
   */
  public void arbitration(Arbitration value) throws NvmeException {
    set(Feature.ARBITRATION, 0, value.word(), false);
  }

  /**
   * How interrupts are collected.
   *
   * @return as it is now
   * @throws NvmeException where the controller refuses
   */
  public InterruptCoalescing interruptCoalescing() throws NvmeException {
    return InterruptCoalescing.parse(current(Feature.INTERRUPT_COALESCING));
  }

  /**
   * Says how to collect interrupts.
   *
   * @param value how
   * @throws NvmeException where the controller refuses
   */
  public void interruptCoalescing(InterruptCoalescing value) throws NvmeException {
    set(Feature.INTERRUPT_COALESCING, 0, value.word(), false);
  }

  /**
   * How a namespace's errors are treated.
   *
   * @param nsid the namespace
   * @return as it is now
   * @throws NvmeException where there is no such namespace
   */
  public ErrorRecovery errorRecovery(int nsid) throws NvmeException {
    return ErrorRecovery.parse(get(Feature.ERROR_RECOVERY, FeatureSelect.CURRENT, nsid, 0));
  }

  /**
   * Says how to treat a namespace's errors.
   *
   * @param nsid the namespace
   * @param value how
   * @throws NvmeException where there is no such namespace, or it has no such errors
   */
  public void errorRecovery(int nsid, ErrorRecovery value) throws NvmeException {
    set(Feature.ERROR_RECOVERY, nsid, value.word(), false);
  }

  /**
   * Whether Atomic Write Unit Normal need not be kept.
   *
   * @return true where only the unit of power failures holds
   * @throws NvmeException where the controller refuses
   */
  public boolean atomicityDisabled() throws NvmeException {
    return (current(Feature.WRITE_ATOMICITY) & 1) != 0;
  }

  /**
   * Says whether Atomic Write Unit Normal need not be kept.
   *
   * @param disabled true where only the unit of power failures is to hold
   * @throws NvmeException where the controller refuses
   */
  public void atomicityDisabled(boolean disabled) throws NvmeException {
    set(Feature.WRITE_ATOMICITY, 0, disabled ? 1 : 0, false);
  }

  /**
   * The controller's clock.
   *
   * @return since 1970, or since it was reset where nobody has set it
   * @throws NvmeException where it has none ({@link ControllerCapability#TIMESTAMP})
   */
  public Instant timestamp() throws NvmeException {
    AdminCommand command = getting(Feature.TIMESTAMP, 0, 0, 0).receives(Feature.TIMESTAMP_SIZE);
    return Instant.ofEpochMilli(
        LittleEndian.number(queue.execute(command).data(), 0, TIMESTAMP_WIDTH));
  }

  /**
   * Sets the controller's clock.
   *
   * @param now since 1970, in milliseconds of 48 bits
   * @throws NvmeException where it has none ({@link ControllerCapability#TIMESTAMP})
   */
  public void timestamp(Instant now) throws NvmeException {
    byte[] data = new byte[Feature.TIMESTAMP_SIZE];
    LittleEndian.put(data, 0, TIMESTAMP_WIDTH, now.toEpochMilli());
    queue.execute(setting(Feature.TIMESTAMP, 0, 0, false).sends(data));
  }

  /**
   * What the host is called, for reservations.
   *
   * @param bytes 8 or 16
   * @return so many, all 0 where nobody has set it
   * @throws NvmeException where the controller has none of that length
   */
  public byte[] hostIdentifier(int bytes) throws NvmeException {
    AdminCommand command =
        getting(Feature.HOST_IDENTIFIER, 0, 0, identifierKind(bytes)).receives(bytes);
    return queue.execute(command).data();
  }

  /**
   * Says what the host is called.
   *
   * @param identifier 8 or 16 bytes
   * @throws NvmeException where the controller has none of that length
   */
  public void hostIdentifier(byte[] identifier) throws NvmeException {
    int kind = identifierKind(identifier.length);
    AdminCommand command =
        setting(Feature.HOST_IDENTIFIER, 0, kind, false).sends(identifier.clone());
    queue.execute(command);
    memory.remember(Feature.HOST_IDENTIFIER, command);
  }

  private static int identifierKind(int bytes) {
    if (bytes != SHORT_IDENTIFIER && bytes != LONG_IDENTIFIER) {
      throw new IllegalArgumentException("a host identifier of " + bytes + " bytes: 8 or 16");
    }
    return bytes == LONG_IDENTIFIER ? Feature.LONG_HOST_IDENTIFIER : 0;
  }
}
