// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static dev.annulus.ring.Errno.EACCES;
import static dev.annulus.ring.Errno.EAGAIN;
import static dev.annulus.ring.Errno.EBUSY;
import static dev.annulus.ring.Errno.ECANCELED;
import static dev.annulus.ring.Errno.EEXIST;
import static dev.annulus.ring.Errno.EILSEQ;
import static dev.annulus.ring.Errno.EINVAL;
import static dev.annulus.ring.Errno.EIO;
import static dev.annulus.ring.Errno.ENODATA;
import static dev.annulus.ring.Errno.ENODEV;
import static dev.annulus.ring.Errno.ENOENT;
import static dev.annulus.ring.Errno.ENOLINK;
import static dev.annulus.ring.Errno.ENOSPC;
import static dev.annulus.ring.Errno.EOPNOTSUPP;
import static dev.annulus.ring.Errno.EOVERFLOW;
import static dev.annulus.ring.Errno.EPERM;
import static dev.annulus.ring.Errno.EROFS;
import static dev.annulus.ring.Errno.ETIMEDOUT;

/**
 * Every status of a completion: its value, the Linux error number it becomes, its name.
 *
 * <p>Values and names: NVM Express Base Specification 2.2, figures 102 to 107. The codes from 80h
 * of type 1h are those of the NVM, computational and zoned command sets; on fabrics queues the same
 * numbers mean others. Error numbers: where Linux's block layer has one that tells a program what
 * to do, that one; but a failed medium is EIO, as POSIX has it, where Linux says ENODATA, and what
 * this host aborted is ETIMEDOUT, since it aborts nothing else.
 */
enum StatusCode {
  // Status code type 0h: Generic Command Status.
  SUCCESS(0x000, 0, "Successful Completion"),
  INVALID_COMMAND_OPCODE(0x001, EOPNOTSUPP, "Invalid Command Opcode"),
  INVALID_FIELD_IN_COMMAND(0x002, EINVAL, "Invalid Field in Command"),
  COMMAND_ID_CONFLICT(0x003, EIO, "Command ID Conflict"),
  DATA_TRANSFER_ERROR(0x004, EIO, "Data Transfer Error"),
  COMMANDS_ABORTED_DUE_TO_POWER_LOSS_NOTIFICATION(
      0x005, EIO, "Commands Aborted due to Power Loss Notification"),
  INTERNAL_ERROR(0x006, EIO, "Internal Error"),
  COMMAND_ABORT_REQUESTED(0x007, ECANCELED, "Command Abort Requested"),
  COMMAND_ABORTED_DUE_TO_SQ_DELETION(0x008, ECANCELED, "Command Aborted due to SQ Deletion"),
  COMMAND_ABORTED_DUE_TO_FAILED_FUSED_COMMAND(
      0x009, EIO, "Command Aborted due to Failed Fused Command"),
  COMMAND_ABORTED_DUE_TO_MISSING_FUSED_COMMAND(
      0x00A, EIO, "Command Aborted due to Missing Fused Command"),
  INVALID_NAMESPACE_OR_FORMAT(0x00B, ENODEV, "Invalid Namespace or Format"),
  COMMAND_SEQUENCE_ERROR(0x00C, EIO, "Command Sequence Error"),
  INVALID_SGL_SEGMENT_DESCRIPTOR(0x00D, EINVAL, "Invalid SGL Segment Descriptor"),
  INVALID_NUMBER_OF_SGL_DESCRIPTORS(0x00E, EINVAL, "Invalid Number of SGL Descriptors"),
  DATA_SGL_LENGTH_INVALID(0x00F, EINVAL, "Data SGL Length Invalid"),
  METADATA_SGL_LENGTH_INVALID(0x010, EINVAL, "Metadata SGL Length Invalid"),
  SGL_DESCRIPTOR_TYPE_INVALID(0x011, EINVAL, "SGL Descriptor Type Invalid"),
  INVALID_USE_OF_CONTROLLER_MEMORY_BUFFER(0x012, EINVAL, "Invalid Use of Controller Memory Buffer"),
  PRP_OFFSET_INVALID(0x013, EINVAL, "PRP Offset Invalid"),
  ATOMIC_WRITE_UNIT_EXCEEDED(0x014, EINVAL, "Atomic Write Unit Exceeded"),
  OPERATION_DENIED(0x015, EACCES, "Operation Denied"),
  SGL_OFFSET_INVALID(0x016, EINVAL, "SGL Offset Invalid"),
  HOST_IDENTIFIER_INCONSISTENT_FORMAT(0x018, EINVAL, "Host Identifier Inconsistent Format"),
  KEEP_ALIVE_TIMER_EXPIRED(0x019, ENOLINK, "Keep Alive Timer Expired"),
  KEEP_ALIVE_TIMEOUT_INVALID(0x01A, EINVAL, "Keep Alive Timeout Invalid"),
  COMMAND_ABORTED_DUE_TO_PREEMPT_AND_ABORT(
      0x01B, ECANCELED, "Command Aborted due to Preempt and Abort"),
  SANITIZE_FAILED(0x01C, EIO, "Sanitize Failed"),
  SANITIZE_IN_PROGRESS(0x01D, EBUSY, "Sanitize In Progress"),
  SGL_DATA_BLOCK_GRANULARITY_INVALID(0x01E, EINVAL, "SGL Data Block Granularity Invalid"),
  COMMAND_NOT_SUPPORTED_FOR_QUEUE_IN_CMB(
      0x01F, EOPNOTSUPP, "Command Not Supported for Queue in CMB"),
  NAMESPACE_IS_WRITE_PROTECTED(0x020, EROFS, "Namespace is Write Protected"),
  COMMAND_INTERRUPTED(0x021, EAGAIN, "Command Interrupted"),
  TRANSIENT_TRANSPORT_ERROR(0x022, EAGAIN, "Transient Transport Error"),
  COMMAND_PROHIBITED_BY_COMMAND_AND_FEATURE_LOCKDOWN(
      0x023, EPERM, "Command Prohibited by Command and Feature Lockdown"),
  ADMIN_COMMAND_MEDIA_NOT_READY(0x024, EBUSY, "Admin Command Media Not Ready"),
  INVALID_KEY_TAG(0x025, EINVAL, "Invalid Key Tag"),
  HOST_DISPERSED_NAMESPACE_SUPPORT_NOT_ENABLED(
      0x026, EOPNOTSUPP, "Host Dispersed Namespace Support Not Enabled"),
  HOST_IDENTIFIER_NOT_INITIALIZED(0x027, EINVAL, "Host Identifier Not Initialized"),
  INCORRECT_KEY(0x028, EACCES, "Incorrect Key"),
  FDP_DISABLED(0x029, EOPNOTSUPP, "FDP Disabled"),
  INVALID_PLACEMENT_HANDLE_LIST(0x02A, EINVAL, "Invalid Placement Handle List"),
  LBA_OUT_OF_RANGE(0x080, EINVAL, "LBA Out of Range"),
  CAPACITY_EXCEEDED(0x081, ENOSPC, "Capacity Exceeded"),
  NAMESPACE_NOT_READY(0x082, EBUSY, "Namespace Not Ready"),
  RESERVATION_CONFLICT(0x083, Linux.EBADE, "Reservation Conflict"),
  FORMAT_IN_PROGRESS(0x084, EBUSY, "Format In Progress"),
  INVALID_VALUE_SIZE(0x085, EINVAL, "Invalid Value Size"),
  INVALID_KEY_SIZE(0x086, EINVAL, "Invalid Key Size"),
  KV_KEY_DOES_NOT_EXIST(0x087, ENOENT, "KV Key Does Not Exist"),
  UNRECOVERED_ERROR(0x088, EIO, "Unrecovered Error"),
  KEY_EXISTS(0x089, EEXIST, "Key Exists"),
  // Status code type 1h: Command Specific Status; from 80h those of the I/O command sets.
  COMPLETION_QUEUE_INVALID(0x100, EINVAL, "Completion Queue Invalid"),
  INVALID_QUEUE_IDENTIFIER(0x101, EINVAL, "Invalid Queue Identifier"),
  INVALID_QUEUE_SIZE(0x102, EINVAL, "Invalid Queue Size"),
  ABORT_COMMAND_LIMIT_EXCEEDED(0x103, EBUSY, "Abort Command Limit Exceeded"),
  ASYNCHRONOUS_EVENT_REQUEST_LIMIT_EXCEEDED(
      0x105, EBUSY, "Asynchronous Event Request Limit Exceeded"),
  INVALID_FIRMWARE_SLOT(0x106, EINVAL, "Invalid Firmware Slot"),
  INVALID_FIRMWARE_IMAGE(0x107, EINVAL, "Invalid Firmware Image"),
  INVALID_INTERRUPT_VECTOR(0x108, EINVAL, "Invalid Interrupt Vector"),
  INVALID_LOG_PAGE(0x109, EINVAL, "Invalid Log Page"),
  INVALID_FORMAT(0x10A, EINVAL, "Invalid Format"),
  FIRMWARE_ACTIVATION_REQUIRES_CONVENTIONAL_RESET(
      0x10B, EBUSY, "Firmware Activation Requires Conventional Reset"),
  INVALID_QUEUE_DELETION(0x10C, EBUSY, "Invalid Queue Deletion"),
  FEATURE_IDENTIFIER_NOT_SAVEABLE(0x10D, EINVAL, "Feature Identifier Not Saveable"),
  FEATURE_NOT_CHANGEABLE(0x10E, EINVAL, "Feature Not Changeable"),
  FEATURE_NOT_NAMESPACE_SPECIFIC(0x10F, EINVAL, "Feature Not Namespace Specific"),
  FIRMWARE_ACTIVATION_REQUIRES_NVM_SUBSYSTEM_RESET(
      0x110, EBUSY, "Firmware Activation Requires NVM Subsystem Reset"),
  FIRMWARE_ACTIVATION_REQUIRES_CONTROLLER_LEVEL_RESET(
      0x111, EBUSY, "Firmware Activation Requires Controller Level Reset"),
  FIRMWARE_ACTIVATION_REQUIRES_MAXIMUM_TIME_VIOLATION(
      0x112, EBUSY, "Firmware Activation Requires Maximum Time Violation"),
  FIRMWARE_ACTIVATION_PROHIBITED(0x113, EPERM, "Firmware Activation Prohibited"),
  OVERLAPPING_RANGE(0x114, EINVAL, "Overlapping Range"),
  NAMESPACE_INSUFFICIENT_CAPACITY(0x115, ENOSPC, "Namespace Insufficient Capacity"),
  NAMESPACE_IDENTIFIER_UNAVAILABLE(0x116, ENOSPC, "Namespace Identifier Unavailable"),
  NAMESPACE_ALREADY_ATTACHED(0x118, EEXIST, "Namespace Already Attached"),
  NAMESPACE_IS_PRIVATE(0x119, EPERM, "Namespace Is Private"),
  NAMESPACE_NOT_ATTACHED(0x11A, ENODEV, "Namespace Not Attached"),
  THIN_PROVISIONING_NOT_SUPPORTED(0x11B, EOPNOTSUPP, "Thin Provisioning Not Supported"),
  CONTROLLER_LIST_INVALID(0x11C, EINVAL, "Controller List Invalid"),
  DEVICE_SELF_TEST_IN_PROGRESS(0x11D, EBUSY, "Device Self-test In Progress"),
  BOOT_PARTITION_WRITE_PROHIBITED(0x11E, EROFS, "Boot Partition Write Prohibited"),
  INVALID_CONTROLLER_IDENTIFIER(0x11F, EINVAL, "Invalid Controller Identifier"),
  INVALID_SECONDARY_CONTROLLER_STATE(0x120, EINVAL, "Invalid Secondary Controller State"),
  INVALID_NUMBER_OF_CONTROLLER_RESOURCES(0x121, EINVAL, "Invalid Number of Controller Resources"),
  INVALID_RESOURCE_IDENTIFIER(0x122, EINVAL, "Invalid Resource Identifier"),
  SANITIZE_PROHIBITED_WHILE_PERSISTENT_MEMORY_REGION_IS_ENABLED(
      0x123, EPERM, "Sanitize Prohibited While Persistent Memory Region is Enabled"),
  ANA_GROUP_IDENTIFIER_INVALID(0x124, EINVAL, "ANA Group Identifier Invalid"),
  ANA_ATTACH_FAILED(0x125, EIO, "ANA Attach Failed"),
  INSUFFICIENT_CAPACITY(0x126, ENOSPC, "Insufficient Capacity"),
  NAMESPACE_ATTACHMENT_LIMIT_EXCEEDED(0x127, ENOSPC, "Namespace Attachment Limit Exceeded"),
  PROHIBITION_OF_COMMAND_EXECUTION_NOT_SUPPORTED(
      0x128, EOPNOTSUPP, "Prohibition of Command Execution Not Supported"),
  IO_COMMAND_SET_NOT_SUPPORTED(0x129, EOPNOTSUPP, "I/O Command Set Not Supported"),
  IO_COMMAND_SET_NOT_ENABLED(0x12A, EOPNOTSUPP, "I/O Command Set Not Enabled"),
  IO_COMMAND_SET_COMBINATION_REJECTED(0x12B, EINVAL, "I/O Command Set Combination Rejected"),
  INVALID_IO_COMMAND_SET(0x12C, EINVAL, "Invalid I/O Command Set"),
  IDENTIFIER_UNAVAILABLE(0x12D, ENOSPC, "Identifier Unavailable"),
  NAMESPACE_IS_DISPERSED(0x12E, EINVAL, "Namespace Is Dispersed"),
  INVALID_DISCOVERY_INFORMATION(0x12F, EINVAL, "Invalid Discovery Information"),
  ZONING_DATA_STRUCTURE_LOCKED(0x130, EBUSY, "Zoning Data Structure Locked"),
  ZONING_DATA_STRUCTURE_NOT_FOUND(0x131, ENOENT, "Zoning Data Structure Not Found"),
  INSUFFICIENT_DISCOVERY_RESOURCES(0x132, ENOSPC, "Insufficient Discovery Resources"),
  REQUESTED_FUNCTION_DISABLED(0x133, EOPNOTSUPP, "Requested Function Disabled"),
  ZONEGROUP_ORIGINATOR_INVALID(0x134, EINVAL, "ZoneGroup Originator Invalid"),
  INVALID_HOST(0x135, EINVAL, "Invalid Host"),
  INVALID_NVM_SUBSYSTEM(0x136, EINVAL, "Invalid NVM Subsystem"),
  INVALID_CONTROLLER_DATA_QUEUE(0x137, EINVAL, "Invalid Controller Data Queue"),
  NOT_ENOUGH_RESOURCES(0x138, ENOSPC, "Not Enough Resources"),
  CONTROLLER_SUSPENDED(0x139, EBUSY, "Controller Suspended"),
  CONTROLLER_NOT_SUSPENDED(0x13A, EINVAL, "Controller Not Suspended"),
  CONTROLLER_DATA_QUEUE_FULL(0x13B, ENOSPC, "Controller Data Queue Full"),
  CONFLICTING_ATTRIBUTES(0x180, EINVAL, "Conflicting Attributes"),
  INVALID_PROTECTION_INFORMATION(0x181, EILSEQ, "Invalid Protection Information"),
  ATTEMPTED_WRITE_TO_READ_ONLY_RANGE(0x182, EROFS, "Attempted Write to Read Only Range"),
  COMMAND_SIZE_LIMIT_EXCEEDED(0x183, EINVAL, "Command Size Limit Exceeded"),
  INVALID_COMMAND_ID(0x184, EINVAL, "Invalid Command ID"),
  INCOMPATIBLE_NAMESPACE_OR_FORMAT(0x185, EINVAL, "Incompatible Namespace or Format"),
  FAST_COPY_NOT_POSSIBLE(0x186, EOPNOTSUPP, "Fast Copy Not Possible"),
  OVERLAPPING_IO_RANGE(0x187, EINVAL, "Overlapping I/O Range"),
  NAMESPACE_NOT_REACHABLE(0x188, ENODEV, "Namespace Not Reachable"),
  INSUFFICIENT_RESOURCES(0x189, ENOSPC, "Insufficient Resources"),
  INSUFFICIENT_PROGRAM_RESOURCES(0x18A, ENOSPC, "Insufficient Program Resources"),
  INVALID_MEMORY_NAMESPACE(0x18B, EINVAL, "Invalid Memory Namespace"),
  INVALID_MEMORY_RANGE_SET(0x18C, EINVAL, "Invalid Memory Range Set"),
  INVALID_MEMORY_RANGE_SET_IDENTIFIER(0x18D, EINVAL, "Invalid Memory Range Set Identifier"),
  INVALID_PROGRAM_DATA(0x18E, EINVAL, "Invalid Program Data"),
  INVALID_PROGRAM_INDEX(0x18F, EINVAL, "Invalid Program Index"),
  INVALID_PROGRAM_TYPE(0x190, EINVAL, "Invalid Program Type"),
  MAXIMUM_MEMORY_RANGES_EXCEEDED(0x191, ENOSPC, "Maximum Memory Ranges Exceeded"),
  MAXIMUM_MEMORY_RANGE_SETS_EXCEEDED(0x192, ENOSPC, "Maximum Memory Range Sets Exceeded"),
  MAXIMUM_PROGRAMS_ACTIVATED(0x193, ENOSPC, "Maximum Programs Activated"),
  MAXIMUM_PROGRAM_BYTES_EXCEEDED(0x194, ENOSPC, "Maximum Program Bytes Exceeded"),
  MEMORY_RANGE_SET_IN_USE(0x195, EBUSY, "Memory Range Set In Use"),
  NO_PROGRAM(0x196, ENOENT, "No Program"),
  OVERLAPPING_MEMORY_RANGES(0x197, EINVAL, "Overlapping Memory Ranges"),
  PROGRAM_NOT_ACTIVATED(0x198, EINVAL, "Program Not Activated"),
  PROGRAM_IN_USE(0x199, EBUSY, "Program In Use"),
  PROGRAM_INDEX_NOT_DOWNLOADABLE(0x19A, EINVAL, "Program Index Not Downloadable"),
  PROGRAM_TOO_BIG(0x19B, EINVAL, "Program Too Big"),
  SUCCESSFUL_MEDIA_VERIFICATION_READ(0x19C, EIO, "Successful Media Verification Read"),
  ZONED_BOUNDARY_ERROR(0x1B8, EINVAL, "Zoned Boundary Error"),
  ZONE_IS_FULL(0x1B9, ENOSPC, "Zone Is Full"),
  ZONE_IS_READ_ONLY(0x1BA, EROFS, "Zone Is Read Only"),
  ZONE_IS_OFFLINE(0x1BB, EIO, "Zone Is Offline"),
  ZONE_INVALID_WRITE(0x1BC, EINVAL, "Zone Invalid Write"),
  TOO_MANY_ACTIVE_ZONES(0x1BD, EOVERFLOW, "Too Many Active Zones"),
  TOO_MANY_OPEN_ZONES(0x1BE, Linux.ETOOMANYREFS, "Too Many Open Zones"),
  INVALID_ZONE_STATE_TRANSITION(0x1BF, EINVAL, "Invalid Zone State Transition"),
  // Status code type 2h: Media and Data Integrity Errors.
  WRITE_FAULT(0x280, EIO, "Write Fault"),
  UNRECOVERED_READ_ERROR(0x281, EIO, "Unrecovered Read Error"),
  END_TO_END_GUARD_CHECK_ERROR(0x282, EILSEQ, "End-to-end Guard Check Error"),
  END_TO_END_APPLICATION_TAG_CHECK_ERROR(0x283, EILSEQ, "End-to-end Application Tag Check Error"),
  END_TO_END_REFERENCE_TAG_CHECK_ERROR(0x284, EILSEQ, "End-to-end Reference Tag Check Error"),
  COMPARE_FAILURE(0x285, EILSEQ, "Compare Failure"),
  ACCESS_DENIED(0x286, EACCES, "Access Denied"),
  DEALLOCATED_OR_UNWRITTEN_LOGICAL_BLOCK(0x287, ENODATA, "Deallocated or Unwritten Logical Block"),
  END_TO_END_STORAGE_TAG_CHECK_ERROR(0x288, EILSEQ, "End-to-End Storage Tag Check Error"),
  // Status code type 3h: Path Related Status.
  INTERNAL_PATH_ERROR(0x300, EIO, "Internal Path Error"),
  ASYMMETRIC_ACCESS_PERSISTENT_LOSS(0x301, ENOLINK, "Asymmetric Access Persistent Loss"),
  ASYMMETRIC_ACCESS_INACCESSIBLE(0x302, ENOLINK, "Asymmetric Access Inaccessible"),
  ASYMMETRIC_ACCESS_TRANSITION(0x303, ENOLINK, "Asymmetric Access Transition"),
  CONTROLLER_PATHING_ERROR(0x360, ENOLINK, "Controller Pathing Error"),
  HOST_PATHING_ERROR(0x370, ENOLINK, "Host Pathing Error"),
  COMMAND_ABORTED_BY_HOST(0x371, ETIMEDOUT, "Command Aborted By Host");

  /** Error numbers that only these codes need. */
  private static final class Linux {
    static final int EBADE = 52;
    static final int ETOOMANYREFS = 109;
  }

  private static final StatusCode[] BY_VALUE = new StatusCode[0x400];

  static {
    for (StatusCode each : values()) {
      BY_VALUE[each.value] = each;
    }
  }

  /** Status code type in bits 10:8, status code in 7:0. */
  final int value;

  /** Positive Linux error number, 0 for success. */
  final int errno;

  /** The name in the specification. */
  final String words;

  StatusCode(int value, int errno, String words) {
    this.value = value;
    this.errno = errno;
    this.words = words;
  }

  /** The entry of a status code and its type, or null where the specification has none. */
  static StatusCode of(int status) {
    int value = status & 0x7FF;
    return value < BY_VALUE.length ? BY_VALUE[value] : null;
  }
}
