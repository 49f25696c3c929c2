// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.quickstart;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest of bytes that come in order; knows how long it worked. */
public final class Sha256 {
  private static final int CHUNK = 1 << 20;

  private final MessageDigest digest;
  private long nanos;

  /** Makes the digest of no bytes. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * Takes the next bytes.
   *
   * @param bytes in order
   */
  public void update(MemorySegment bytes) {
    update(bytes.asByteBuffer());
  }

  private void update(ByteBuffer bytes) {
    long start = System.nanoTime();
    digest.update(bytes);
    nanos += System.nanoTime() - start;
  }

  /**
   * Ends the digest.
   *
   * @return 64 hexadecimal digits
   */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * How long {@link #update} took in all.
   *
   * @return nanoseconds
   */
  public long nanos() {
    return nanos;
  }

  /**
   * The digest of a file, read by {@code java.nio} alone.
   *
   * @param file which
   * @return 64 hexadecimal digits
   * @throws IOException where it cannot be read
   */
  public static String ofFile(Path file) throws IOException {
    Sha256 digest = new Sha256();
    ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
    try (FileChannel channel = FileChannel.open(file)) {
      while (channel.read(buffer) >= 0) {
        digest.update(buffer.flip());
        buffer.clear();
      }
    }
    return digest.hex();
  }
}
