// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.Controller;
import dev.annulus.nvme.ControllerOptions;
import dev.annulus.nvme.Namespace;
import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.Transport;
import java.util.List;
import java.util.stream.Collectors;

/** A controller that a command has started, and the way to it. */
public final class Device implements AutoCloseable {
  private final String name;
  private final Controller controller;
  private final Runnable end;

  private Device(String name, Controller controller, Runnable end) {
    this.name = name;
    this.controller = controller;
    this.end = end;
  }

  /**
   * Starts a controller.
   *
   * @param name what users call it
   * @param transport the way to it, closed with the device, also where it does not start
   * @param options how
   * @return the device
   * @throws CommandException where it does not start
   */
  public static Device start(String name, Transport transport, ControllerOptions options)
      throws CommandException {
    return start(name, transport, options, transport::close);
  }

  /** The same with another end, as for a transport that is used again. */
  static Device start(String name, Transport transport, ControllerOptions options, Runnable end)
      throws CommandException {
    try {
      return new Device(name, Controller.start(transport, options), end);
    } catch (NvmeException e) {
      end.run();
      throw new CommandException(
          ExitCode.DEVICE_UNUSABLE, name + " does not start: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      end.run();
      throw e;
    }
  }

  /**
   * The controller.
   *
   * @return started
   */
  public Controller controller() {
    return controller;
  }

  /** What users call it. */
  String name() {
    return name;
  }

  /** A namespace that can be used, or for null the only one that there is. */
  Namespace namespace(Integer nsid) throws CommandException {
    List<Namespace> all = controller.namespaces();
    if (nsid == null && all.size() == 1) {
      return all.getFirst();
    }
    if (nsid == null) {
      throw new CommandException(
          all.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.USAGE,
          name + (all.isEmpty() ? " has no namespace" : ": name one namespace: -n " + names(all)));
    }
    try {
      return controller.namespace(nsid);
    } catch (NvmeException e) {
      throw new CommandException(
          ExitCode.NOT_FOUND,
          name + ": " + e.getMessage() + ". Those that can be used: " + names(all),
          e);
    }
  }

  /** The identifier of a namespace that is attached, whether it can be used for I/O or not. */
  int active(int nsid) throws CommandException, NvmeException {
    List<Integer> all = controller.admin().activeNamespaces();
    if (!all.contains(nsid)) {
      throw new CommandException(
          ExitCode.NOT_FOUND,
          "%s: there is no namespace %s; attached are %s"
              .formatted(name, Integer.toUnsignedString(nsid), all));
    }
    return nsid;
  }

  private static String names(List<Namespace> all) {
    return all.isEmpty()
        ? "none"
        : all.stream()
            .map(each -> Integer.toUnsignedString(each.nsid()))
            .collect(Collectors.joining(", "));
  }

  /** Shuts the controller down, then closes the way to it. */
  @Override
  public void close() throws NvmeException {
    try {
      controller.close();
    } finally {
      end.run();
    }
  }
}
