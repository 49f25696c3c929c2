// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Known answers: FIPS 180-2, appendix B. */
class Sha256Test {
  private static final String OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  private static final String OF_A_MILLION_A =
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

  @TempDir Path temporary;

  private static MemorySegment bytes(String text) {
    return MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void piecesMakeTheSameDigest() {
    assertEquals(OF_NOTHING, new Sha256().hex());
    Sha256 digest = new Sha256();
    digest.update(bytes("a"));
    digest.update(bytes(""));
    digest.update(bytes("bc").asReadOnly());
    assertEquals(OF_ABC, digest.hex());
  }

  @Test
  void filesOfAnySize() throws IOException {
    Path file = temporary.resolve("f");
    assertEquals(OF_NOTHING, Sha256.ofFile(Files.writeString(file, "")));
    assertEquals(OF_A_MILLION_A, Sha256.ofFile(Files.writeString(file, "a".repeat(1_000_000))));
  }
}
