// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.it.fs.Ext4;
import dev.annulus.it.fs.FileTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file system is copied to a device and back, and e2fsprogs find all of it there. */
@Timeout(value = 120, unit = SECONDS, threadMode = SEPARATE_THREAD)
class FileSystemTest {
  private static final long SIZE = 48L << 20;

  @TempDir Path temporary;

  @Test
  void ext4GoesToADeviceAndBack() throws Exception {
    long seed = System.nanoTime();
    FileTree tree = FileTree.random(new SplittableRandom(seed), 20, 200, 300_000);
    Path files = Files.createDirectory(temporary.resolve("files"));
    tree.write(files);
    Ext4 ext4 = new Ext4(temporary);
    Path disk = temporary.resolve("disk");
    try (ServedHost host = ServedHost.start(temporary, "--nvme", disk + ":" + SIZE)) {
      Path image = host.root.resolve("image");
      ext4.make(image, SIZE, files);
      host.clientToEnd("cp", "file:/image", "nvme:/0/1").succeeded();
      host.clientToEnd("cp", "nvme:/0/1", "file:/back").succeeded();
      assertEquals(-1, Files.mismatch(image, host.root.resolve("back")), "byte for byte");
    }
    ext4.assertConsistent(disk);
    assertEquals(tree, ext4.files(disk), "seed " + seed);
    Map<String, byte[]> contents = tree.contents();
    assertTrue(contents.size() == 200, contents::toString);
    for (String name : contents.keySet().stream().limit(20).toList()) {
      assertArrayEquals(contents.get(name), ext4.file(disk, name), name);
    }
  }
}
