// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Controllers whose answers to admin commands are strange or lies. */
@Timeout(60)
class HostileControllerTest {
  private static final long CAP = 63 | 1L << 24 | (long) Registers.CSS_NVM << 37;

  private static NvmeException refusal(FakeDevice device) {
    try (device) {
      NvmeException e =
          assertThrows(
              NvmeException.class, () -> Controller.start(device, ControllerOptions.DEFAULT));
      assertEquals(0, device.memory.size(), "nothing stays allocated");
      return e;
    }
  }

  @Test
  void namespacesThatCannotBeUsedAreLeftOutAndSayWhy() throws Exception {
    ScriptedDevice device =
        new ScriptedDevice(CAP) {
          @Override
          int answer(int opcode, int nsid, long cdw10, MemorySegment page) {
            if (opcode == AdminOpcode.IDENTIFY && cdw10 == Identify.CNS_ACTIVE_NAMESPACES) {
              for (int i = 0; i < 5; i++) {
                page.set(JAVA_INT, i * 4L, nsid < 10 + i ? 10 + i : 0);
              }
            } else if (opcode == AdminOpcode.IDENTIFY && cdw10 == Identify.CNS_NAMESPACE) {
              page.set(JAVA_LONG, Identify.NSZE, nsid == 13 ? 1L << 60 : 1000);
              page.set(JAVA_BYTE, Identify.FLBAS, (byte) 0x21); // format 17
              int shift = nsid == 11 ? 20 : 12;
              int metadata = nsid == 12 ? 5 : 0;
              page.set(JAVA_INT, Identify.LBAF + 17 * 4, shift << 16 | metadata);
              page.set(JAVA_BYTE, Identify.NSATTR, (byte) (nsid == 14 ? 1 : 0));
            }
            return 0;
          }
        };
    try (device;
        Controller controller = Controller.start(device, ControllerOptions.DEFAULT)) {
      assertEquals(List.of(plain(10, false), plain(14, true)), controller.namespaces());
      assertSays("2^20 bytes", () -> controller.namespace(11));
      assertSays("5 bytes of metadata", () -> controller.namespace(12));
      assertSays("cannot be", () -> controller.namespace(13));
      assertSays("no such active namespace", () -> controller.namespace(15));
    }
  }

  private static Namespace plain(int nsid, boolean readOnly) {
    return new Namespace(nsid, 4096, 1000, readOnly, BlockMetadata.NONE, NvmLimits.NONE);
  }

  private static void assertSays(String words, Executable call) {
    String message = assertThrows(NvmeException.class, call).getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void endlessNamespaceLists() {
    NvmeException e =
        refusal(
            new ScriptedDevice(CAP) {
              @Override
              int answer(int opcode, int nsid, long cdw10, MemorySegment page) {
                if (cdw10 == Identify.CNS_ACTIVE_NAMESPACES) {
                  for (int i = 0; i < 1024; i++) {
                    page.set(JAVA_INT, i * 4L, nsid + 1 + i);
                  }
                }
                return 0;
              }
            });
    assertTrue(e.getMessage().contains("more than 4096"), e.getMessage());
  }

  @Test
  void namespaceListsThatDoNotAscend() {
    NvmeException e =
        refusal(
            new ScriptedDevice(CAP) {
              @Override
              int answer(int opcode, int nsid, long cdw10, MemorySegment page) {
                if (cdw10 == Identify.CNS_ACTIVE_NAMESPACES) {
                  page.fill((byte) 1);
                }
                return 0;
              }
            });
    assertTrue(e.getMessage().contains("not ascending"), e.getMessage());
  }

  @Test
  void fieldsThatSayTooMuch() throws Exception {
    ScriptedDevice device =
        new ScriptedDevice(CAP | 0xFFFF) {
          @Override
          int answer(int opcode, int nsid, long cdw10, MemorySegment page) {
            if (cdw10 == Identify.CNS_CONTROLLER) {
              page.fill((byte) 0xFF);
              page.set(JAVA_SHORT, Identify.VID, (short) 0x1b36);
            }
            return opcode == AdminOpcode.SET_FEATURES ? 0xFFFF_FFFF : 0;
          }
        };
    try (device) {
      // It says that a shutdown takes more than an hour, which is cut to a minute.
      Controller controller = Controller.start(device, ControllerOptions.DEFAULT);
      ControllerInfo info = controller.info();
      assertEquals(16, info.queuePairs(), "no more than asked for");
      assertEquals(CommandQueue.MAX_ENTRIES, info.maxQueueEntries());
      assertEquals(1 << 20, info.maxTransferBytes());
      assertEquals("?".repeat(20), info.serial());
      assertEquals(0x1b36, info.vendor());
      controller.close();
    }
  }

  @Test
  void anyRubbishEndsInAnExceptionOrAControllerButNeverInAHang() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int started = 0;
    for (int round = 0; round < 300; round++) {
      int odds = 1 << random.nextInt(12);
      ScriptedDevice device =
          new ScriptedDevice(CAP) {
            @Override
            int answer(int opcode, int nsid, long cdw10, MemorySegment page) {
              for (long at = 0; page != null && at < Identify.SIZE; at += 8) {
                if (random.nextInt(odds) == 0) {
                  page.set(JAVA_LONG, at, random.nextLong());
                }
              }
              return random.nextInt();
            }
          };
      try (device;
          Controller controller = Controller.start(device, ControllerOptions.DEFAULT)) {
        started++;
        for (Namespace each : controller.namespaces()) {
          assertTrue(each.blocks() > 0 && each.size() > 0, "seed " + seed + ": " + each);
        }
      } catch (NvmeException e) {
        assertTrue(e.getMessage().contains("ascending"), "seed " + seed + ": " + e);
      }
      assertEquals(0, device.memory.size(), "seed " + seed);
    }
    assertTrue(started > 0, "seed " + seed);
  }
}
