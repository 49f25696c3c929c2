// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.ArrayList;
import java.util.List;

/**
 * The admin side of a controller: what it and its namespaces are, its log pages, its features, and
 * the making and unmaking of namespaces.
 *
 * <p>Any thread may call any method, also at the same time; each waits for the controller's answer,
 * at most {@link ControllerOptions#adminTimeoutMillis} or what it takes as a parameter, and no lock
 * is held meanwhile. What the controller refuses is an {@link NvmeException} with the status in
 * words and what to do; where it does not answer it is reset. A reset, whoever asked for it, ends
 * the call with Host Pathing Error: the command may or may not have been carried out. Whatever the
 * controller writes is copied first, then read as it is: numbers may be lies.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 5.
 */
public final class Admin {
  private final AdminQueue queue;
  private final Logs logs;
  private final Features features;
  private final NamespaceAdmin namespaces;

  Admin(AdminQueue queue, Namespaces known, FeatureMemory memory, IdentifyController atTheStart) {
    this.queue = queue;
    logs = new Logs(queue, atTheStart);
    features = new Features(queue, memory);
    namespaces = new NamespaceAdmin(this, queue, known);
  }

  /**
   * The log pages.
   *
   * @return for all threads
   */
  public Logs logs() {
    return logs;
  }

  /**
   * The features.
   *
   * @return for all threads
   */
  public Features features() {
    return features;
  }

  /**
   * The making and unmaking of namespaces, and erasing.
   *
   * @return for all threads
   */
  public NamespaceAdmin namespaces() {
    return namespaces;
  }

  /**
   * What the controller is, asked anew.
   *
   * @return its structure
   * @throws NvmeException where it does not answer
   */
  public IdentifyController controller() throws NvmeException {
    return new IdentifyController(
        queue.identify(Identify.CNS_CONTROLLER, 0, "Identify Controller"));
  }

  /**
   * What an active namespace is.
   *
   * @param nsid its identifier; all ones for what all namespaces have in common, where the
   *     controller has namespace management
   * @return its structure; all zeroes where it is not active
   * @throws NvmeException where there can be none of that identifier
   */
  public IdentifyNamespace namespace(int nsid) throws NvmeException {
    return new IdentifyNamespace(
        queue.identify(
            Identify.CNS_NAMESPACE, nsid, "Identify Namespace " + Integer.toUnsignedString(nsid)));
  }

  /**
   * What an allocated namespace is, attached or not.
   *
   * @param nsid its identifier
   * @return its structure; all zeroes where it is not allocated
   * @throws NvmeException where there can be none of that identifier, or the controller has no
   *     namespace management
   */
  public IdentifyNamespace allocatedNamespace(int nsid) throws NvmeException {
    String what = "Identify Allocated Namespace " + Integer.toUnsignedString(nsid);
    return new IdentifyNamespace(queue.identify(Identify.CNS_ALLOCATED_NAMESPACE, nsid, what));
  }

  /**
   * What a namespace is whatever its command set.
   *
   * @param nsid its identifier
   * @return what the controller says
   * @throws NvmeException where there is none, or the controller is older than version 2.0
   */
  public IndependentNamespace independentNamespace(int nsid) throws NvmeException {
    String what = "Identify Namespace, independent of the command set, " + nsid;
    return IndependentNamespace.parse(
        queue.identify(Identify.CNS_INDEPENDENT_NAMESPACE, nsid, what));
  }

  /**
   * The names of a namespace.
   *
   * @param nsid its identifier
   * @return as far as the controller gives it names
   * @throws NvmeException where there is none
   */
  public NamespaceNames names(int nsid) throws NvmeException {
    String what = "Identify, names of namespace " + Integer.toUnsignedString(nsid);
    return NamespaceNames.parse(queue.identify(Identify.CNS_NAMESPACE_DESCRIPTORS, nsid, what));
  }

  /**
   * The namespaces that are attached to this controller.
   *
   * @return identifiers in ascending order
   * @throws NvmeException where the controller does not answer, or the list cannot be
   */
  public List<Integer> activeNamespaces() throws NvmeException {
    return IdentifierLists.namespaces(queue, Identify.CNS_ACTIVE_NAMESPACES, 0, "active");
  }

  /**
   * The namespaces of the subsystem, attached to this controller or not.
   *
   * @return identifiers in ascending order
   * @throws NvmeException where the controller has no namespace management, or the list cannot be
   */
  public List<Integer> allocatedNamespaces() throws NvmeException {
    return IdentifierLists.namespaces(queue, Identify.CNS_ALLOCATED_NAMESPACES, 0, "allocated");
  }

  /**
   * The controllers of the subsystem.
   *
   * @return identifiers in ascending order
   * @throws NvmeException where the controller has no namespace management, or the list cannot be
   */
  public List<Integer> controllers() throws NvmeException {
    return IdentifierLists.controllers(
        queue, Identify.CNS_CONTROLLERS, 0, "Identify, controllers of the subsystem");
  }

  /**
   * The controllers that have a namespace attached.
   *
   * @param nsid the namespace
   * @return identifiers in ascending order
   * @throws NvmeException where there is no such namespace, or the controller has no namespace
   *     management
   */
  public List<Integer> controllersOf(int nsid) throws NvmeException {
    String what = "Identify, controllers of namespace " + Integer.toUnsignedString(nsid);
    return IdentifierLists.controllers(queue, Identify.CNS_ATTACHED_CONTROLLERS, nsid, what);
  }

  /**
   * The secondary controllers of this one.
   *
   * @return at most 127
   * @throws NvmeException where it has no virtualization
   */
  public List<SecondaryController> secondaryControllers() throws NvmeException {
    return SecondaryController.parse(
        queue.identify(Identify.CNS_SECONDARY_CONTROLLERS, 0, "Identify, secondary controllers"));
  }

  /**
   * Which command sets may be used together.
   *
   * @return each a bit vector: 0 NVM, 1 key value, 2 zoned; at least one, without those of no sets
   * @throws NvmeException where the controller is older than version 2.0
   */
  public List<Long> commandSets() throws NvmeException {
    AdminCommand command =
        AdminCommand.of(AdminOpcode.IDENTIFY, "Identify, I/O command sets")
            .cdw10(Identify.CNS_COMMAND_SETS | 0xFFFF << 16, 0)
            .receives(Identify.SIZE);
    byte[] page = queue.execute(command).data();
    List<Long> all = new ArrayList<>();
    for (int at = 0; at < page.length; at += Long.BYTES) {
      long vector = LittleEndian.i64(page, at);
      if (vector == 0) {
        break;
      }
      all.add(vector);
    }
    return all;
  }

  /**
   * Limits of the NVM command set.
   *
   * @return what the controller says; all 0 where it has none
   * @throws NvmeException where the controller is older than version 2.0
   */
  public NvmControllerLimits nvmLimits() throws NvmeException {
    return NvmControllerLimits.parse(identify(Identify.CNS_SET_CONTROLLER, 0, 0, 0));
  }

  /**
   * Any structure of the Identify command, as it is.
   *
   * @param cns which, 0 to 255
   * @param nsid the namespace, or 0
   * @param controller the controller, 0 to 65,535
   * @param commandSet the command set, 0 to 255
   * @return 4096 bytes
   * @throws NvmeException where the controller refuses
   */
  public byte[] identify(int cns, int nsid, int controller, int commandSet) throws NvmeException {
    if ((cns & ~0xFF) != 0 || (controller & ~0xFFFF) != 0 || (commandSet & ~0xFF) != 0) {
      throw new IllegalArgumentException(
          "CNS %d, controller %d, command set %d: at most 255, 65,535 and 255"
              .formatted(cns, controller, commandSet));
    }
    String what = "Identify, CNS %02xh, command set %02xh".formatted(cns, commandSet);
    AdminCommand command =
        AdminCommand.of(AdminOpcode.IDENTIFY, what)
            .nsid(nsid)
            .cdw10(cns | controller << 16, commandSet << 24)
            .receives(Identify.SIZE);
    return queue.execute(command).data();
  }
}
