// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Structures that devices write become records: true ones as they are meant, false ones safely. */
@Timeout(30)
class AdminRecordsTest {
  private static byte[] page() {
    return new byte[Identify.SIZE];
  }

  @Test
  void countersOf128Bits() {
    byte[] data = page();
    Arrays.fill(data, LogPage.SMART_UNITS_READ, LogPage.SMART_UNITS_READ + 16, (byte) -1);
    LittleEndian.put(data, LogPage.SMART_TEMPERATURE, 2, 310);
    data[LogPage.SMART_WARNING] = 5;
    LittleEndian.put(data, LogPage.SMART_SENSORS + 14, 2, 299);
    LittleEndian.put(data, LogPage.SMART_THERMAL + 12, 4, -1);
    SmartLog log = SmartLog.parse(data);
    BigInteger all = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);
    assertEquals(all, log.unitsRead());
    assertEquals(all.multiply(BigInteger.valueOf(512_000)), log.bytesRead());
    assertEquals(BigInteger.ZERO, log.unitsWritten());
    assertEquals(37, log.celsius());
    assertEquals(5, log.warning());
    assertEquals(299, log.sensors().get(7));
    assertEquals(0xFFFF_FFFFL, log.thermalSeconds().get(1));
  }

  @Test
  void controller() {
    byte[] data = page();
    LittleEndian.put(data, ControllerField.VER.offset, 4, 0x0002_0001);
    LittleEndian.put(data, ControllerField.TNVMCAP.offset + 8, 8, 1);
    LittleEndian.put(data, ControllerField.OACS.offset, 2, 1 << 3);
    data[Identify.SUBNQN] = 'n';
    data[ControllerField.NPSS.offset] = 1;
    LittleEndian.put(data, 2048, 2, 2500);
    LittleEndian.put(data, 2048 + 32, 2, 70);
    data[2048 + 32 + 3] = 3;
    IdentifyController identity = new IdentifyController(data);
    assertEquals("2.0.1", identity.version());
    assertEquals("n", identity.subsystem());
    assertEquals(BigInteger.ONE.shiftLeft(64), identity.big(ControllerField.TNVMCAP));
    assertThrows(IllegalArgumentException.class, () -> identity.get(ControllerField.TNVMCAP));
    assertTrue(identity.has(ControllerCapability.NAMESPACE_MANAGEMENT));
    assertEquals(
        List.of(
            new PowerState(25_000_000, true, 0, 0, 0, 0, 0, 0),
            new PowerState(7_000, false, 0, 0, 0, 0, 0, 0)),
        identity.powerStates());
  }

  @Test
  void fieldsLieWithinTheirStructuresAndNotOnEachOther() {
    int end = 0;
    for (ControllerField each : ControllerField.values()) {
      assertTrue(each.offset >= end, each + " begins before the end of the one before");
      end = each.offset + each.width;
      assertTrue(end <= Identify.SIZE && !each.words().isEmpty());
    }
    end = 0;
    for (NamespaceField each : NamespaceField.values()) {
      assertTrue(each.offset >= end, each + " begins before the end of the one before");
      end = each.offset + each.width;
      assertTrue(end <= Identify.NGUID && !each.words().isEmpty());
    }
    assertEquals(Identify.ONCS, ControllerField.ONCS.offset);
    assertEquals(Identify.SGLS, ControllerField.SGLS.offset);
    assertEquals(Identify.NSATTR, NamespaceField.NSATTR.offset);
  }

  @Test
  void names() {
    byte[] data = page();
    data[0] = 3;
    data[1] = 16;
    for (int i = 0; i < 16; i++) {
      data[4 + i] = (byte) i;
    }
    data[20] = 1;
    data[21] = 8;
    data[24] = (byte) 0xAB;
    data[32] = 4;
    data[33] = 1;
    data[36] = 2;
    NamespaceNames names = NamespaceNames.parse(data);
    assertEquals(UUID.fromString("00010203-0405-0607-0809-0a0b0c0d0e0f"), names.uuid());
    assertEquals("ab00000000000000", names.eui64());
    assertEquals("", names.nguid());
    assertEquals(2, names.commandSet());
    data[21] = 9;
    assertEquals("", NamespaceNames.parse(data).eui64(), "of a length that cannot be");
    assertNull(NamespaceNames.parse(page()).uuid());
  }

  /** Whatever stands there is read without an exception, and within its bounds. */
  @Test
  void rubbish() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 3_000; round++) {
      byte[] data = page();
      if (round % 3 == 0) {
        Arrays.fill(data, (byte) -1);
      } else {
        random.nextBytes(data);
      }
      String where = "seed " + seed + ", round " + round;
      IdentifyController controller = new IdentifyController(data);
      assertTrue(controller.powerStates().size() <= 32, where);
      assertTrue(controller.big(ControllerField.UNVMCAP).signum() >= 0, where);
      assertTrue(controller.toString().matches("[ -~]*"), where);
      IdentifyNamespace namespace = new IdentifyNamespace(data);
      assertTrue(namespace.formats().size() <= LbaFormat.MOST, where);
      assertTrue(namespace.sizeBytes().signum() >= 0, where);
      assertTrue(namespace.format().blockSize() >= 0, where);
      assertEquals(32, namespace.nguid().length());
      NamespaceNames.parse(data);
      IndependentNamespace.parse(data);
      NvmControllerLimits.parse(data);
      assertTrue(SecondaryController.parse(data).size() <= 127, where);
      assertTrue(SmartLog.parse(data).unitsRead().signum() >= 0, where);
      ErrorEntry entry = ErrorEntry.parse(data, 64 * random.nextInt(64));
      assertTrue((entry.status() & ~0x7FFF) == 0, where);
      assertEquals(7, FirmwareSlots.parse(data).revisions().size());
      assertTrue(new CommandEffects(data).io(255).exclusion() <= 7, where);
      SanitizeStatus.parse(data);
      int word = random.nextInt();
      assertEquals(word & ~0xF8, Arbitration.parse(word).word(), where);
      assertEquals(word & 0xFFFF, InterruptCoalescing.parse(word).word(), where);
      assertEquals(word & 0x1_FFFF, ErrorRecovery.parse(word).word(), where);
      ControllerEvent event = ControllerEvent.parse(word);
      assertTrue(event.type() <= 7 && event.logPage() <= 255, where);
    }
  }

  @Test
  void commandsAsTheSpecificationHasThem() {
    FormatSpec format = new FormatSpec(0x2B, true, 2, true, FormatSpec.Erase.CRYPTOGRAPHIC, 1);
    assertEquals(0xB | 1 << 4 | 2 << 5 | 1 << 8 | 2 << 9 | 2 << 12, format.cdw10());
    SanitizeSpec sanitize =
        new SanitizeSpec(SanitizeSpec.Action.OVERWRITE, true, 16, true, 0, true);
    assertEquals(3 | 1 << 3 | 1 << 8 | 1 << 9, sanitize.cdw10(), "16 passes are 0");
    byte[] data = new NamespaceSpec(7, 5, 0x12, true, 1, true, 9, 10, 11, 0).data();
    assertEquals(7, LittleEndian.i64(data, 0));
    assertEquals(5, LittleEndian.i64(data, 8));
    assertEquals(0x32, LittleEndian.u8(data, Identify.FLBAS));
    assertEquals(1, data[29]);
    assertEquals(1, data[30]);
    assertEquals(9, LittleEndian.u32(data, 92));
    assertEquals(10, LittleEndian.u16(data, 100));
    assertEquals(11, LittleEndian.u16(data, 102));
    assertEquals(0x0081_0106, EventKind.SANITIZED.result(0x81));
    assertEquals(EventKind.VENDOR, ControllerEvent.parse(0x00C0_0507).kind());
    assertEquals(EventKind.UNKNOWN, ControllerEvent.parse(0x0001_7F00).kind());
  }

  @Test
  void errorsNewestFirst() throws Exception {
    try (ModelController model =
            ModelController.builder().namespace(Backing.memory(1 << 20), 512).build();
        Controller controller = Controller.start(model, ControllerOptions.DEFAULT)) {
      Features features = controller.admin().features();
      for (int i = 0; i < 100; i++) {
        assertThrows(NvmeException.class, () -> features.get(0xBF, FeatureSelect.CURRENT, 0, 0));
      }
      List<ErrorEntry> errors = controller.admin().logs().errors(1000);
      assertEquals(ModelConfig.ERROR_ENTRIES, errors.size());
      assertEquals(100, errors.getFirst().count());
      assertEquals(37, errors.getLast().count());
      assertEquals(StatusCode.INVALID_FIELD_IN_COMMAND, StatusCode.of(errors.getFirst().status()));
      assertEquals(0, errors.getFirst().queue());
      assertEquals(1, controller.admin().logs().errors(1).size());
    }
  }
}
