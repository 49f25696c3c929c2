// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.List;

/**
 * Something that a controller told of by itself, or that was found after a reset.
 *
 * @param kind what it is
 * @param type the event's type, 0 to 7
 * @param information the event's information, 0 to 255
 * @param logPage the log page that says more, 0 for none; the driver has acknowledged it
 * @param changes of {@link EventKind#NAMESPACES_CHANGED}: what changed in {@link
 *     Controller#namespaces}, ascending; empty where it is nothing that a queue pair can use
 * @param health of SMART events: the log as it was just after; null where it could not be read, and
 *     for other kinds
 */
public record ControllerEvent(
    EventKind kind,
    int type,
    int information,
    int logPage,
    List<NamespaceChange> changes,
    SmartLog health) {
  static ControllerEvent parse(int result) {
    int type = result & 7;
    int information = result >>> 8 & 0xFF;
    EventKind kind = EventKind.of(type, information);
    return new ControllerEvent(kind, type, information, result >>> 16 & 0xFF, List.of(), null);
  }

  static ControllerEvent changed(List<NamespaceChange> changes) {
    ControllerEvent event = parse(EventKind.NAMESPACES_CHANGED.result(LogPage.CHANGED_NAMESPACES));
    return new ControllerEvent(
        event.kind, event.type, event.information, event.logPage, List.copyOf(changes), null);
  }

  ControllerEvent with(SmartLog log) {
    return new ControllerEvent(kind, type, information, logPage, changes, log);
  }
}
