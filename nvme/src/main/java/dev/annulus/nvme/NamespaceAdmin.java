// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.List;

/**
 * Makes, unmakes, attaches, formats and erases namespaces. Any thread; each call waits for the
 * controller, and what it changes is known to {@link Controller#namespaces} and to queue pairs when
 * it returns.
 *
 * <p>Whoever formats, deletes, detaches or sanitizes sees to it that nothing is in flight to what
 * it concerns: the block size of what is on its way is the old one. From the call on queue pairs
 * refuse commands to a namespace that is being formatted, as to one that is not there.
 *
 * <p>Source: NVM Express Base Specification 2.0, sections 5.14, 5.23, 5.24 and 5.25.
 */
public final class NamespaceAdmin {
  private static final int CREATE = 0;
  private static final int DELETE = 1;
  private static final int ATTACH = 0;
  private static final int DETACH = 1;

  private final Admin admin;
  private final AdminQueue queue;
  private final Namespaces known;

  NamespaceAdmin(Admin admin, AdminQueue queue, Namespaces known) {
    this.admin = admin;
    this.queue = queue;
    this.known = known;
  }

  /**
   * Creates a namespace, which is attached to no controller at first.
   *
   * @param spec what it shall be
   * @return its identifier
   * @throws NvmeException where the controller refuses: for want of capacity or of identifiers, or
   *     since it has no such format or no namespace management
   */
  public int create(NamespaceSpec spec) throws NvmeException {
    String what = "Namespace Management, create %,d blocks".formatted(spec.blocks());
    return queue
        .execute(
            AdminCommand.of(AdminOpcode.NAMESPACE_MANAGEMENT, what)
                .cdw10(CREATE, spec.commandSet() << 24)
                .sends(spec.data()))
        .result();
  }

  /**
   * Deletes a namespace with all that is in it, and detaches it first from all controllers.
   *
   * @param nsid which
   * @throws NvmeException where there is none, or the controller refuses
   */
  public void delete(int nsid) throws NvmeException {
    remove(one(nsid), "Namespace Management, delete " + Integer.toUnsignedString(nsid));
  }

  /**
   * Deletes all namespaces of the subsystem with all that is in them.
   *
   * @throws NvmeException where the controller refuses
   */
  public void deleteAll() throws NvmeException {
    remove(Identify.ALL_NAMESPACES, "Namespace Management, delete all");
  }

  private void remove(int nsid, String what) throws NvmeException {
    AdminCommand command =
        AdminCommand.of(AdminOpcode.NAMESPACE_MANAGEMENT, what).nsid(nsid).cdw10(DELETE, 0);
    changing(nsid, command);
  }

  /**
   * Attaches a namespace to controllers.
   *
   * @param nsid which
   * @param controllers 1 to 2,047 identifiers, ascending; see {@link Admin#controllers}
   * @throws NvmeException where the controller refuses: it is attached already, or private
   */
  public void attach(int nsid, int... controllers) throws NvmeException {
    attachment(ATTACH, nsid, controllers, "attach");
  }

  /**
   * Detaches a namespace from controllers; what is in it stays.
   *
   * @param nsid which
   * @param controllers 1 to 2,047 identifiers, ascending; see {@link Admin#controllersOf}
   * @throws NvmeException where the controller refuses: it is not attached there
   */
  public void detach(int nsid, int... controllers) throws NvmeException {
    attachment(DETACH, nsid, controllers, "detach");
  }

  private void attachment(int select, int nsid, int[] controllers, String verb)
      throws NvmeException {
    String what =
        "Namespace Attachment, %s %s".formatted(verb, Integer.toUnsignedString(one(nsid)));
    queue.execute(
        AdminCommand.of(AdminOpcode.NAMESPACE_ATTACHMENT, what)
            .nsid(nsid)
            .cdw10(select, 0)
            .sends(IdentifierLists.controllers(controllers)));
    known.refresh();
  }

  /**
   * Gives a namespace another format; what is in it is lost.
   *
   * @param nsid which
   * @param spec how
   * @throws NvmeException where the controller refuses; also where it can format only all
   *     namespaces at once and has others, which is refused here
   */
  public void format(int nsid, FormatSpec spec) throws NvmeException {
    refuseOthers(one(nsid), spec);
    formatting(nsid, spec, "Format NVM, namespace " + Integer.toUnsignedString(nsid));
  }

  /**
   * Gives all namespaces of the controller another format; what is in them is lost.
   *
   * @param spec how
   * @throws NvmeException where the controller refuses
   */
  public void formatAll(FormatSpec spec) throws NvmeException {
    formatting(Identify.ALL_NAMESPACES, spec, "Format NVM, all namespaces");
  }

  private void refuseOthers(int nsid, FormatSpec spec) throws NvmeException {
    IdentifyController controller = admin.controller();
    boolean all =
        controller.has(ControllerCapability.FORMAT_IS_OF_ALL)
            || spec.erase() != FormatSpec.Erase.NONE
                && controller.has(ControllerCapability.ERASE_IS_OF_ALL);
    List<Integer> active = admin.activeNamespaces();
    if (all && (active.size() > 1 || !active.contains(nsid))) {
      throw new NvmeException(
          "Format NVM, namespace %s, not sent: the controller formats all of %s at once; where that"
                  .formatted(Integer.toUnsignedString(nsid), active)
              + " is meant, format all");
    }
  }

  private void formatting(int nsid, FormatSpec spec, String what) throws NvmeException {
    changing(
        nsid,
        AdminCommand.of(AdminOpcode.FORMAT_NVM, what)
            .nsid(nsid)
            .cdw10(spec.cdw10(), 0)
            .within(spec.timeoutMillis()));
  }

  /** Executes a command while queue pairs do not have what it changes. */
  private void changing(int nsid, AdminCommand command) throws NvmeException {
    List<Integer> concerned =
        nsid == Identify.ALL_NAMESPACES
            ? known.usable().stream().map(Namespace::nsid).toList()
            : List.of(nsid);
    known.hide(concerned);
    try {
      queue.execute(command);
    } catch (NvmeException e) {
      shownAfter(concerned, e);
      throw e;
    }
    known.show(concerned);
  }

  private void shownAfter(List<Integer> concerned, NvmeException e) {
    try {
      known.show(concerned);
    } catch (NvmeException more) {
      // They are asked for again after the reset that this calls for.
      e.addSuppressed(more);
    }
  }

  /**
   * Erases the whole subsystem: every namespace, and whatever else holds data. Returns when the
   * controller has begun; it goes on over resets and power loss, and until its end most commands
   * fail. {@link Logs#sanitizeStatus} says how far it is.
   *
   * @param spec how
   * @throws NvmeException where the controller refuses
   */
  public void sanitizeSubsystem(SanitizeSpec spec) throws NvmeException {
    queue.execute(
        AdminCommand.of(AdminOpcode.SANITIZE, "Sanitize, " + spec.action())
            .cdw10(spec.cdw10(), spec.pattern()));
  }

  private static int one(int nsid) {
    if (nsid == 0 || nsid == Identify.ALL_NAMESPACES) {
      throw new IllegalArgumentException(
          "namespace "
              + Integer.toUnsignedString(nsid)
              + ": name one; what is meant for all has a method of its own");
    }
    return nsid;
  }
}
