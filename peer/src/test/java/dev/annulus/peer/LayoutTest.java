// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.annulus.ring.Consumer;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Producer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes that two processes agree on: RFC 1, sections 2 and 4. */
class LayoutTest {
  private final MemorySegment body = Arena.ofAuto().allocate(AttachMessage.CAPACITY, 8);

  private void assertBody(String hex) {
    String bytes = hex.replace(" ", "");
    byte[] found = body.asSlice(0, bytes.length() / 2).toArray(JAVA_BYTE);
    assertArrayEquals(HexFormat.of().parseHex(bytes), found);
  }

  @Test
  void messagesAreByteForByteThoseOfTheRfc() {
    body.fill((byte) 0xff);
    AttachMessage.begin(body, AttachMessage.SHARE);
    AttachMessage.intAt(body, AttachMessage.CREDIT, 0x11121314);
    AttachMessage.intAt(body, AttachMessage.SQ_ENTRIES, 0x21222324);
    AttachMessage.intAt(body, AttachMessage.CQ_ENTRIES, 0x31323334);
    AttachMessage.intAt(body, AttachMessage.REGION, 0x41424344);
    AttachMessage.longAt(body, AttachMessage.REGION_SIZE, 0x5152535455565758L);
    AttachMessage.intAt(body, AttachMessage.FLAGS, 0x61626364);
    assertBody(
        "414e4c53 0100 0300 00000000 00000000 14131211 24232221 34333231 44434241"
            + "5857565554535251 64636261 0000000000000000000000000000000000000000 ff");
    assertEquals(AttachMessage.SHARE, AttachMessage.type(body, 64));
    assertEquals(0, AttachMessage.status(body));
  }

  @Test
  void failureHasItsTextBehind() {
    AttachMessage.begin(body, AttachMessage.GOODBYE);
    int length = AttachMessage.fail(body, Errno.EPROTO, "so");
    assertEquals(66, length);
    assertBody("414e4c53 0100 0500 47000000 02000000" + "00".repeat(48) + "736f");
    assertEquals(Errno.EPROTO, AttachMessage.status(body));
    assertEquals("so", AttachMessage.text(body, length));
    assertEquals("s", AttachMessage.text(body, length - 1));
    assertEquals("", AttachMessage.text(body, 64));
  }

  @ParameterizedTest
  @CsvSource({"1, 4096, 8192, 8192", "64, 8192, 8192, 8192", "4096, 266240, 69632, 135168"})
  void sizesOfTheFiles(int entries, long client, long server, long twice) {
    assertEquals(Math.max(client, 8192), PeerLayout.clientSize(entries));
    assertEquals(server, PeerLayout.serverSize(entries));
    assertEquals(twice, PeerLayout.serverSize(2 * entries));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, -3, Long.MAX_VALUE, 1L << 32})
  void newRingIsEmptyAndNobodySleeps(long index) {
    MemorySegment client = Arena.ofAuto().allocate(PeerLayout.clientSize(4), 4096);
    MemorySegment server = Arena.ofAuto().allocate(PeerLayout.serverSize(8), 4096);
    PeerLayout.start(client, server, index);
    for (long at : new long[] {0, 128}) {
      assertEquals(index, client.get(ValueLayout.JAVA_LONG, at));
      assertEquals(index, server.get(ValueLayout.JAVA_LONG, at));
    }
    assertEquals(index - 1, client.get(ValueLayout.JAVA_LONG, 256));
    assertEquals(index - 1, server.get(ValueLayout.JAVA_LONG, 256));
    assertEquals(0, client.get(ValueLayout.JAVA_LONG, 264), "relaxed");
    assertEquals(0, server.get(ValueLayout.JAVA_LONG, 264), "relaxed");
    Producer sq = new Producer(PeerLayout.sq(client, server, 4));
    Consumer cq = new Consumer(PeerLayout.cq(client, server, 8));
    assertEquals(4096, sq.claim() - (index & 3) * 64);
    assertFalse(sq.publish());
    assertEquals(index + 1, client.get(ValueLayout.JAVA_LONG, 0));
    assertFalse(cq.arm(2));
    assertEquals(index + 1, client.get(ValueLayout.JAVA_LONG, 256));
  }
}
