// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** What to do about an admin command's status: what the command itself says, or what is usual. */
final class AdminRemedy {
  private static final String OF_NO_USE = "the controller does not offer it";

  private AdminRemedy() {}

  /** The command's own words, where it has any, else those for the status. */
  static String of(String own, int status) {
    return own.isEmpty() ? of(status) : own;
  }

  /** What a status calls for, whatever the command. */
  static String of(int status) {
    StatusCode code = StatusCode.of(status);
    String known = code == null ? null : known(code);
    if (known != null) {
      return known;
    }
    return NvmeStatus.retryable(status)
        ? "it may succeed if it is sent again; the controller's error log may say more"
        : "it will fail again; the controller's error log may say more";
  }

  private static String known(StatusCode code) {
    String of = generic(code);
    return of == null ? ofNamespaces(code) : of;
  }

  private static String generic(StatusCode code) {
    return switch (code) {
      case INVALID_COMMAND_OPCODE, REQUESTED_FUNCTION_DISABLED -> OF_NO_USE;
      case INVALID_FIELD_IN_COMMAND ->
          "a parameter is out of its range, or of a kind that the controller does not offer";
      case INVALID_NAMESPACE_OR_FORMAT ->
          "there is no such namespace here; the lists of allocated and active ones tell which are";
      case INVALID_LOG_PAGE -> OF_NO_USE;
      case FEATURE_IDENTIFIER_NOT_SAVEABLE -> "set it without saving it, after each start";
      case FEATURE_NOT_CHANGEABLE -> "the controller keeps it as it is";
      case FEATURE_NOT_NAMESPACE_SPECIFIC -> "set it without naming a namespace";
      case COMMAND_SEQUENCE_ERROR -> "it must come before what was done already: start anew";
      case FORMAT_IN_PROGRESS, NAMESPACE_NOT_READY -> "wait for the end of the format";
      case SANITIZE_IN_PROGRESS -> "wait for the end of the sanitize, which its log page tells";
      case SANITIZE_FAILED -> "sanitize again, or leave the failure mode by the exit action";
      case NAMESPACE_IS_WRITE_PROTECTED -> "lift the write protection first";
      case OPERATION_DENIED, ACCESS_DENIED -> "the controller asks for rights; unlock it first";
      case DATA_TRANSFER_ERROR -> "the data did not arrive; if it stays, the device is broken";
      default -> null;
    };
  }

  private static String ofNamespaces(StatusCode code) {
    return switch (code) {
      case INVALID_FORMAT -> "ask the namespace which LBA formats and protection types it has";
      case NAMESPACE_INSUFFICIENT_CAPACITY, INSUFFICIENT_CAPACITY ->
          "delete namespaces, or ask for no more than the unallocated capacity";
      case NAMESPACE_IDENTIFIER_UNAVAILABLE, IDENTIFIER_UNAVAILABLE ->
          "all identifiers are in use: delete a namespace";
      case NAMESPACE_ALREADY_ATTACHED -> "it is attached there already";
      case NAMESPACE_NOT_ATTACHED -> "it is not attached there: nothing is to be done";
      case NAMESPACE_IS_PRIVATE -> "detach it from the other controller first";
      case NAMESPACE_ATTACHMENT_LIMIT_EXCEEDED -> "detach another namespace first";
      case CONTROLLER_LIST_INVALID, INVALID_CONTROLLER_IDENTIFIER ->
          "name controllers of this subsystem, in ascending order";
      case THIN_PROVISIONING_NOT_SUPPORTED -> "ask for a capacity equal to the size";
      case IO_COMMAND_SET_NOT_SUPPORTED, IO_COMMAND_SET_NOT_ENABLED ->
          "the controller's list of command sets says which there are";
      default -> null;
    };
  }
}
