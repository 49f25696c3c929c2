// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class FilesUpdateTest extends OperationTest {
  @Test
  void putsFilesIntoTheTable() throws IOException {
    ring.registerFiles(4);
    Files.writeString(directory.resolve("f"), "abc");
    MemorySegment descriptors = arena.allocateFrom(JAVA_INT, file("f"));
    assertEquals(1, run(new FilesUpdate(descriptors, 1, 2)));
    start(new Read(2, arena.allocate(5), 0, 0), SqEntry.IOSQE_FIXED_FILE, 1);
    assertEquals(3, completion(1));
    fails(Errno.EINVAL, new FilesUpdate(descriptors, 1, 4));
  }

  @Test
  void choosesAPlace() throws IOException {
    ring.registerFiles(4);
    ring.registerFile(0, file("f"));
    MemorySegment descriptors = arena.allocateFrom(JAVA_INT, file("g"));
    assertEquals(1, run(new FilesUpdate(descriptors, 1, -1)));
    assertEquals(1, descriptors.get(JAVA_INT, 0));
  }
}
