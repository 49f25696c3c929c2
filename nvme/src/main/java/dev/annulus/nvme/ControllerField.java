// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The numbers of the Identify Controller structure, in its order.
 *
 * <p>Source: NVM Express Base Specification 2.0, figure 275.
 */
public enum ControllerField {
  /** PCI Vendor ID. */
  VID(0, 2, "PCI Vendor ID"),

  /** PCI Subsystem Vendor ID. */
  SSVID(2, 2, "PCI Subsystem Vendor ID"),

  /** Recommended Arbitration Burst, log2 of the number of commands. */
  RAB(72, 1, "Recommended Arbitration Burst, log2 of the number of commands"),

  /** IEEE OUI Identifier of the vendor. */
  IEEE(73, 3, "IEEE OUI Identifier of the vendor"),

  /** Controller Multi-Path I/O and Namespace Sharing Capabilities. */
  CMIC(76, 1, "Controller Multi-Path I/O and Namespace Sharing Capabilities"),

  /** Maximum Data Transfer Size, log2 in units of the smallest page; 0 is no limit. */
  MDTS(77, 1, "Maximum Data Transfer Size, log2 in units of the smallest page; 0 is no limit"),

  /** Controller ID. */
  CNTLID(78, 2, "Controller ID"),

  /** Version of the specification: major, minor and tertiary number. */
  VER(80, 4, "Version of the specification: major, minor and tertiary number"),

  /** RTD3 Resume Latency in microseconds. */
  RTD3R(84, 4, "RTD3 Resume Latency in microseconds"),

  /** RTD3 Entry Latency in microseconds. */
  RTD3E(88, 4, "RTD3 Entry Latency in microseconds"),

  /** Optional Asynchronous Events Supported. */
  OAES(92, 4, "Optional Asynchronous Events Supported"),

  /** Controller Attributes. */
  CTRATT(96, 4, "Controller Attributes"),

  /** Read Recovery Levels Supported. */
  RRLS(100, 2, "Read Recovery Levels Supported"),

  /** Controller Type: 1 I/O, 2 discovery, 3 administrative. */
  CNTRLTYPE(111, 1, "Controller Type: 1 I/O, 2 discovery, 3 administrative"),

  /** Command Retry Delay Time 1 in units of 100 ms. */
  CRDT1(128, 2, "Command Retry Delay Time 1 in units of 100 ms"),

  /** Command Retry Delay Time 2 in units of 100 ms. */
  CRDT2(130, 2, "Command Retry Delay Time 2 in units of 100 ms"),

  /** Command Retry Delay Time 3 in units of 100 ms. */
  CRDT3(132, 2, "Command Retry Delay Time 3 in units of 100 ms"),

  /** Optional Admin Command Support. */
  OACS(256, 2, "Optional Admin Command Support"),

  /** Abort Command Limit, one less. */
  ACL(258, 1, "Abort Command Limit, one less"),

  /** Asynchronous Event Request Limit, one less. */
  AERL(259, 1, "Asynchronous Event Request Limit, one less"),

  /** Firmware Updates: slots, and whether a reset is needed. */
  FRMW(260, 1, "Firmware Updates: slots, and whether a reset is needed"),

  /** Log Page Attributes. */
  LPA(261, 1, "Log Page Attributes"),

  /** Error Log Page Entries, one less. */
  ELPE(262, 1, "Error Log Page Entries, one less"),

  /** Number of Power States Supported, one less. */
  NPSS(263, 1, "Number of Power States Supported, one less"),

  /** Admin Vendor Specific Command Configuration. */
  AVSCC(264, 1, "Admin Vendor Specific Command Configuration"),

  /** Autonomous Power State Transition Attributes. */
  APSTA(265, 1, "Autonomous Power State Transition Attributes"),

  /** Warning Composite Temperature Threshold in kelvin. */
  WCTEMP(266, 2, "Warning Composite Temperature Threshold in kelvin"),

  /** Critical Composite Temperature Threshold in kelvin. */
  CCTEMP(268, 2, "Critical Composite Temperature Threshold in kelvin"),

  /** Maximum Time for Firmware Activation in units of 100 ms. */
  MTFA(270, 2, "Maximum Time for Firmware Activation in units of 100 ms"),

  /** Host Memory Buffer Preferred Size in units of 4 KiB. */
  HMPRE(272, 4, "Host Memory Buffer Preferred Size in units of 4 KiB"),

  /** Host Memory Buffer Minimum Size in units of 4 KiB. */
  HMMIN(276, 4, "Host Memory Buffer Minimum Size in units of 4 KiB"),

  /** Total NVM Capacity in bytes. */
  TNVMCAP(280, 16, "Total NVM Capacity in bytes"),

  /** Unallocated NVM Capacity in bytes. */
  UNVMCAP(296, 16, "Unallocated NVM Capacity in bytes"),

  /** Replay Protected Memory Block Support. */
  RPMBS(312, 4, "Replay Protected Memory Block Support"),

  /** Extended Device Self-test Time in minutes. */
  EDSTT(316, 2, "Extended Device Self-test Time in minutes"),

  /** Device Self-test Options. */
  DSTO(318, 1, "Device Self-test Options"),

  /** Firmware Update Granularity in units of 4 KiB. */
  FWUG(319, 1, "Firmware Update Granularity in units of 4 KiB"),

  /** Keep Alive Support, granularity in units of 100 ms. */
  KAS(320, 2, "Keep Alive Support, granularity in units of 100 ms"),

  /** Host Controlled Thermal Management Attributes. */
  HCTMA(322, 2, "Host Controlled Thermal Management Attributes"),

  /** Minimum Thermal Management Temperature in kelvin. */
  MNTMT(324, 2, "Minimum Thermal Management Temperature in kelvin"),

  /** Maximum Thermal Management Temperature in kelvin. */
  MXTMT(326, 2, "Maximum Thermal Management Temperature in kelvin"),

  /** Sanitize Capabilities. */
  SANICAP(328, 4, "Sanitize Capabilities"),

  /** Host Memory Buffer Minimum Descriptor Entry Size in units of 4 KiB. */
  HMMINDS(332, 4, "Host Memory Buffer Minimum Descriptor Entry Size in units of 4 KiB"),

  /** Host Memory Maximum Descriptors Entries. */
  HMMAXD(336, 2, "Host Memory Maximum Descriptors Entries"),

  /** NVM Set Identifier Maximum. */
  NSETIDMAX(338, 2, "NVM Set Identifier Maximum"),

  /** Endurance Group Identifier Maximum. */
  ENDGIDMAX(340, 2, "Endurance Group Identifier Maximum"),

  /** ANA Transition Time in seconds. */
  ANATT(342, 1, "ANA Transition Time in seconds"),

  /** Asymmetric Namespace Access Capabilities. */
  ANACAP(343, 1, "Asymmetric Namespace Access Capabilities"),

  /** ANA Group Identifier Maximum. */
  ANAGRPMAX(344, 4, "ANA Group Identifier Maximum"),

  /** Number of ANA Group Identifiers. */
  NANAGRPID(348, 4, "Number of ANA Group Identifiers"),

  /** Persistent Event Log Size in units of 64 KiB. */
  PELS(352, 4, "Persistent Event Log Size in units of 64 KiB"),

  /** Domain Identifier. */
  DOMAINID(356, 2, "Domain Identifier"),

  /** Max Endurance Group Capacity in bytes. */
  MEGCAP(368, 16, "Max Endurance Group Capacity in bytes"),

  /** Submission Queue Entry Size: log2 of the least in 3:0, of the most in 7:4. */
  SQES(512, 1, "Submission Queue Entry Size: log2 of the least in 3:0, of the most in 7:4"),

  /** Completion Queue Entry Size: log2 of the least in 3:0, of the most in 7:4. */
  CQES(513, 1, "Completion Queue Entry Size: log2 of the least in 3:0, of the most in 7:4"),

  /** Maximum Outstanding Commands. */
  MAXCMD(514, 2, "Maximum Outstanding Commands"),

  /** Number of Namespaces: the largest identifier. */
  NN(516, 4, "Number of Namespaces: the largest identifier"),

  /** Optional NVM Command Support. */
  ONCS(520, 2, "Optional NVM Command Support"),

  /** Fused Operation Support. */
  FUSES(522, 2, "Fused Operation Support"),

  /** Format NVM Attributes. */
  FNA(524, 1, "Format NVM Attributes"),

  /** Volatile Write Cache. */
  VWC(525, 1, "Volatile Write Cache"),

  /** Atomic Write Unit Normal in blocks, one less. */
  AWUN(526, 2, "Atomic Write Unit Normal in blocks, one less"),

  /** Atomic Write Unit Power Fail in blocks, one less. */
  AWUPF(528, 2, "Atomic Write Unit Power Fail in blocks, one less"),

  /** I/O Command Set Vendor Specific Command Configuration. */
  ICSVSCC(530, 1, "I/O Command Set Vendor Specific Command Configuration"),

  /** Namespace Write Protection Capabilities. */
  NWPC(531, 1, "Namespace Write Protection Capabilities"),

  /** Atomic Compare and Write Unit in blocks, one less. */
  ACWU(532, 2, "Atomic Compare and Write Unit in blocks, one less"),

  /** Copy Descriptor Formats Supported. */
  CDFS(534, 2, "Copy Descriptor Formats Supported"),

  /** SGL Support. */
  SGLS(536, 4, "SGL Support"),

  /** Maximum Number of Allowed Namespaces. */
  MNAN(540, 4, "Maximum Number of Allowed Namespaces"),

  /** Maximum Domain Namespace Attachments. */
  MAXDNA(544, 16, "Maximum Domain Namespace Attachments"),

  /** Maximum I/O Controller Namespace Attachments. */
  MAXCNA(560, 4, "Maximum I/O Controller Namespace Attachments"),

  /** I/O Queue Command Capsule Supported Size in units of 16 bytes. */
  IOCCSZ(1792, 4, "I/O Queue Command Capsule Supported Size in units of 16 bytes"),

  /** I/O Queue Response Capsule Supported Size in units of 16 bytes. */
  IORCSZ(1796, 4, "I/O Queue Response Capsule Supported Size in units of 16 bytes"),

  /** In Capsule Data Offset in units of 16 bytes. */
  ICDOFF(1800, 2, "In Capsule Data Offset in units of 16 bytes"),

  /** Fabrics Controller Attributes. */
  FCATT(1802, 1, "Fabrics Controller Attributes"),

  /** Maximum SGL Data Block Descriptors. */
  MSDBD(1803, 1, "Maximum SGL Data Block Descriptors"),

  /** Optional Fabric Commands Support. */
  OFCS(1804, 2, "Optional Fabric Commands Support");

  /** First byte in the structure. */
  final int offset;

  /** Bytes of the field, little-endian. */
  final int width;

  private final String words;

  ControllerField(int offset, int width, String words) {
    this.offset = offset;
    this.width = width;
    this.words = words;
  }

  /**
   * What the field is.
   *
   * @return its name in the specification, with its unit
   */
  public String words() {
    return words;
  }
}
