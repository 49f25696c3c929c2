// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
  /** From linux/io_uring.h of Linux 6.16, for where the installed header is older. */
  @ParameterizedTest
  @CsvSource({
    "0, NOP",
    "14, ASYNC_CANCEL",
    "22, READ",
    "28, OPENAT2",
    "40, MSG_RING",
    "46, URING_CMD",
    "49, READ_MULTISHOT",
    "50, WAITID",
    "51, FUTEX_WAIT",
    "52, FUTEX_WAKE",
    "53, FUTEX_WAITV",
    "54, FIXED_FD_INSTALL",
    "55, FTRUNCATE",
    "56, BIND",
    "57, LISTEN",
    "58, RECV_ZC",
    "59, EPOLL_WAIT",
    "60, READV_FIXED",
    "61, WRITEV_FIXED",
    "62, PIPE",
    "128, OPEN_URL",
    "63, OPCODE_0x3F",
    "192, OPCODE_0xC0",
    "255, OPCODE_0xFF"
  })
  void opcodeHasItsName(int opcode, String name) throws ReflectiveOperationException {
    assertEquals(name, Opcode.name(opcode));
    if (!name.startsWith("OPCODE_")) {
      assertEquals(opcode, Opcode.class.getField(name).getInt(null));
    }
  }

  @Test
  void everyOpcodeConstantHasItsNameAndNoOtherTheSame() {
    assertEquals("PIPE", Opcode.name(Opcode.LINUX_COUNT - 1));
    assertEquals(256, IntStream.range(0, 256).mapToObj(Opcode::name).distinct().count());
  }

  @Test
  void errnoHasNameAndText() {
    assertEquals("ENOENT", Errno.name(Errno.ENOENT));
    assertEquals("EXDEV (Invalid cross-device link)", Errno.describe(Errno.EXDEV));
    for (int unknown : new int[] {0, -1, 41, 58, 134, 4095, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertEquals("errno " + unknown, Errno.name(unknown));
      assertEquals("errno " + unknown, Errno.describe(unknown));
    }
  }

  @Test
  void errnoExceptionNamesCallErrorAndRemedy() {
    ErrnoException plain = new ErrnoException("mmap", Errno.ENOMEM);
    assertEquals("mmap: ENOMEM (Cannot allocate memory)", plain.getMessage());
    ErrnoException more = new ErrnoException("connect", Errno.ENOENT, "start a host");
    assertEquals("connect: ENOENT (No such file or directory): start a host", more.getMessage());
    assertEquals("connect", more.call());
    assertEquals(Errno.ENOENT, more.errno());
  }

  @Test
  void checkPassesResultsAndThrowsErrors() throws ErrnoException {
    assertEquals(0, ErrnoException.check("x", 0));
    assertEquals(7, ErrnoException.check("x", 7));
    assertEquals(1L << 40, ErrnoException.check("x", 1L << 40));
    assertEquals(
        9, assertThrows(ErrnoException.class, () -> ErrnoException.check("x", -9)).errno());
    assertEquals(
        11, assertThrows(ErrnoException.class, () -> ErrnoException.check("x", -11L)).errno());
  }

  @Test
  void violationSaysWhatWasFoundAndAllowed() {
    RingViolationException violation = RingViolationException.index("tail", -1, -6, 2);
    assertEquals("tail", violation.word());
    assertTrue(violation.getMessage().contains("18446744073709551615"), violation::getMessage);
    assertTrue(violation.getMessage().contains("18446744073709551610 to 2"), violation::getMessage);
  }
}
