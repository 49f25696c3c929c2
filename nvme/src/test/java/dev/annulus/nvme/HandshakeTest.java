// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Start-up against controllers that hang, fail, or are not there. */
@Timeout(20)
class HandshakeTest {
  private static final long HALF_A_SECOND = 1L << 24;
  private static final long CAP = 63 | HALF_A_SECOND | (long) Registers.CSS_NVM << 37;

  private final FakeDevice device = new FakeDevice();

  @AfterEach
  void close() {
    device.close();
  }

  private NvmeException failure() {
    return assertThrows(
        NvmeException.class, () -> Controller.start(device, ControllerOptions.DEFAULT));
  }

  private void assertSays(String... parts) {
    String message = failure().getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void neverReady() {
    device.writeLong(Registers.CAP, CAP);
    long begin = System.nanoTime();
    assertSays("enabling the controller", "no answer in 500 ms", "reset the device");
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    assertTrue(took >= 500 && took < 5_000, took + " ms");
    assertEquals(0, device.memory.size(), "nothing stays allocated");
    assertEquals(0, device.readInt(Registers.CC) & Registers.CC_EN, "it is left disabled");
  }

  @Test
  void neverStopsBeingReady() {
    device.writeLong(Registers.CAP, CAP);
    device.writeInt(Registers.CC, Registers.CC_EN);
    device.writeInt(Registers.CSTS, Registers.CSTS_RDY);
    assertSays("disabling the controller", "no answer in 500 ms");
    assertEquals(0, device.readInt(Registers.CC) & Registers.CC_EN);
  }

  @Test
  void fatalWhileEnabling() {
    device.writeLong(Registers.CAP, CAP);
    device.writeInt(Registers.CSTS, Registers.CSTS_CFS);
    assertSays("enabling the controller", "CSTS.CFS");
    assertEquals(0, device.memory.size());
  }

  @Test
  void gone() {
    device.writeLong(Registers.CAP, -1);
    assertSays("all ones", "removed");
  }

  @Test
  void goneWhileStarting() {
    device.writeLong(Registers.CAP, CAP);
    device.writeInt(Registers.CSTS, Registers.ALL_ONES);
    assertSays("all ones");
  }

  @Test
  void administrativeControllersAreRefused() {
    device.writeLong(Registers.CAP, 63 | HALF_A_SECOND | 1L << (37 + 7));
    assertSays("CAP.CSS 80h");
  }

  @Test
  void setsUpTheAdminQueuesBeforeItEnables() {
    device.writeLong(Registers.CAP, CAP);
    failure();
    assertEquals(0x001F_001F, device.readInt(Registers.AQA));
    assertEquals(0, device.readLong(Registers.ASQ) & 4095);
    assertEquals(0, device.readLong(Registers.ACQ) & 4095);
    int cc = device.readInt(Registers.CC);
    assertEquals(6, cc >>> 16 & 0xF, "IOSQES");
    assertEquals(4, cc >>> 20 & 0xF, "IOCQES");
  }

  /** Ready at once, but no command is ever completed. */
  private static class Deaf extends FakeDevice {
    private final boolean stops;

    Deaf(boolean stops) {
      this.stops = stops;
      writeLong(Registers.CAP, CAP);
    }

    @Override
    public void writeInt(int register, int value) {
      super.writeInt(register, value);
      if (register == Registers.CC) {
        boolean ready = (value & Registers.CC_EN) != 0 || !stops && readInt(Registers.CSTS) != 0;
        super.writeInt(Registers.CSTS, ready ? Registers.CSTS_RDY : 0);
      }
    }
  }

  @Test
  void adminCommandsTimeOut() {
    try (Deaf deaf = new Deaf(true)) {
      NvmeException e =
          assertThrows(
              NvmeException.class,
              () -> Controller.start(deaf, ControllerOptions.DEFAULT.withAdminTimeoutMillis(50)));
      assertTrue(
          e.getMessage().startsWith("Identify Controller had no answer in 50 ms, and CSTS is 1h"),
          e.getMessage());
      assertEquals(0, deaf.memory.size());
      assertEquals(0, deaf.resets);
    }
  }

  @Test
  void whatCannotBeDisabledIsResetBeforeItsMemoryIsFreed() {
    try (Deaf deaf = new Deaf(false)) {
      assertThrows(
          NvmeException.class,
          () -> Controller.start(deaf, ControllerOptions.DEFAULT.withAdminTimeoutMillis(50)));
      assertEquals(1, deaf.resets);
      assertEquals(0, deaf.memory.size());
    }
  }

  @Test
  void memoryThatTheDeviceMayStillReachIsNotFreed() {
    try (Deaf deaf =
        new Deaf(false) {
          @Override
          public void reset() throws NvmeException {
            throw new NvmeException("no reset");
          }
        }) {
      NvmeException e =
          assertThrows(
              NvmeException.class,
              () -> Controller.start(deaf, ControllerOptions.DEFAULT.withAdminTimeoutMillis(50)));
      assertTrue(e.getMessage().contains("Identify"), e.getMessage());
      assertEquals("no reset", e.getSuppressed()[0].getMessage());
      assertTrue(deaf.memory.size() > 0);
    }
  }
}
