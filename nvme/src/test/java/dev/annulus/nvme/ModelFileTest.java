// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract over a file with blocks of 4096 bytes, and what only files can do. */
class ModelFileTest extends ControllerContract {
  @TempDir private Path dir;

  @Override
  int blockSize() {
    return 4096;
  }

  @Override
  long blocks() {
    return 2048;
  }

  @Override
  Transport open() throws IOException {
    return model("contract", blocks() * blockSize());
  }

  private ModelController model(String name, long size) throws IOException {
    Backing backing = Backing.file(dir.resolve(name), size);
    return ModelController.builder().namespace(backing, blockSize()).build();
  }

  @Test
  void dataOutlivesTheController() throws Exception {
    ModelBuilder builder =
        ModelController.builder().namespace(Backing.file(dir.resolve("kept"), 1 << 20), 4096);
    try (Setup setup = new Setup(builder)) {
      setup.buffer.memory().fill((byte) 9);
      setup.queue.writeThrough(1, 3, 2, setup.buffer.iova(), 1);
      setup.finish();
      setup.outcomes.assertOk(1);
    }
    assertEquals(1 << 20, Files.size(dir.resolve("kept")));
    builder = ModelController.builder().namespace(Backing.file(dir.resolve("kept"), 1 << 20), 4096);
    try (Setup setup = new Setup(builder)) {
      setup.queue.read(1, 2, 4, setup.buffer.iova(), 1);
      setup.finish();
      setup.outcomes.assertOk(1);
      for (int block = 0; block < 4; block++) {
        int expected = block == 1 || block == 2 ? 9 : 0;
        assertEquals(expected, setup.buffer.memory().get(JAVA_BYTE, block * 4096L + 4095));
      }
    }
  }

  @Test
  void aFileThatWasCutShortIsAReadError() throws Exception {
    Path file = dir.resolve("cut");
    ModelBuilder builder = ModelController.builder().namespace(Backing.file(file, 1 << 20), 4096);
    try (Setup setup = new Setup(builder)) {
      try (RandomAccessFile other = new RandomAccessFile(file.toFile(), "rw")) {
        other.setLength(10_000);
      }
      setup.queue.read(1, 0, 1, setup.buffer.iova(), 1);
      setup.queue.read(1, 2, 1, setup.buffer.iova(), 2);
      setup.queue.read(1, 200, 1, setup.buffer.iova(), 3);
      setup.queue.compare(1, 200, 1, setup.buffer.iova(), 4);
      setup.finish();
      setup.outcomes.assertOk(1);
      setup.outcomes.assertStatus(StatusCode.UNRECOVERED_READ_ERROR, false, 2);
      setup.outcomes.assertStatus(StatusCode.UNRECOVERED_READ_ERROR, false, 3);
      setup.outcomes.assertStatus(StatusCode.UNRECOVERED_READ_ERROR, false, 4);
    }
  }

  @Test
  void filesThatCannotBeOpenedAreRefused() {
    assertThrows(IOException.class, () -> Backing.file(dir.resolve("no/such"), 4096));
  }
}
