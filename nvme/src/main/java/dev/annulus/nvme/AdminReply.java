// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * What an admin command was answered with.
 *
 * @param result dword 0 of the completion
 * @param data a private copy of what the device wrote, as many bytes as were asked for
 */
record AdminReply(int result, byte[] data) {}
