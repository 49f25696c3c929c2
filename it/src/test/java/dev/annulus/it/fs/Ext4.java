// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tools of e2fsprogs, on images in files. */
public final class Ext4 {
  /** Bytes of a block. */
  public static final int BLOCK = 4096;

  private static final long LONGEST_SECONDS = 30;
  private static final Pattern FREE = Pattern.compile("(?m)^  Free blocks: (.*)$");

  private final Path directory;

  /** Works with files of its own in a directory; skips the test where there are no tools. */
  public Ext4(Path directory) {
    this.directory = directory;
    for (String tool : List.of("mke2fs", "e2fsck", "debugfs", "dumpe2fs")) {
      assumeTrue(Files.isExecutable(tool(tool)), "needs e2fsprogs, of which " + tool + " is one");
    }
  }

  private static Path tool(String name) {
    Path sbin = Path.of("/usr/sbin", name);
    return Files.exists(sbin) ? sbin : Path.of("/sbin", name);
  }

  /** Runs a tool to its end; answers what it printed. */
  private String run(int mostStatus, String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(tool(name).toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(directory, name, ".out");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(out.toFile()).environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " did not end: " + Files.readString(out));
    }
    String printed = Files.readString(out);
    Files.delete(out);
    assertTrue(
        process.exitValue() <= mostStatus,
        () -> command + ": " + process.exitValue() + "\n" + printed);
    return printed;
  }

  /** Makes an image that has the files of a directory, and a journal. */
  public void make(Path image, long size, Path files) throws Exception {
    String blocks = Long.toString(size / BLOCK);
    String block = Integer.toString(BLOCK);
    run(
        0,
        "mke2fs",
        "-q",
        "-F",
        "-t",
        "ext4",
        "-b",
        block,
        "-J",
        "size=4",
        "-N",
        "1024",
        "-d",
        files.toString(),
        image.toString(),
        blocks);
  }

  /** Runs commands that change an image. */
  public void change(Path image, List<String> commands) throws Exception {
    Path script = Files.write(directory.resolve("debugfs.script"), commands);
    // -c would be read-only; errors of a command do not end it, so its words are looked at.
    String printed = run(0, "debugfs", "-w", "-f", script.toString(), image.toString());
    for (String line : printed.split("\n")) {
      boolean known =
          line.startsWith("debugfs")
              || line.startsWith("Allocated inode")
              || line.isBlank()
              || line.startsWith("Setting csum v3")
              || line.startsWith("Filesystem features");
      assertTrue(known, () -> image + ": " + line + "\nof " + commands);
    }
  }

  /** The blocks of an image that nothing uses. */
  public BitSet freeBlocks(Path image) throws Exception {
    BitSet free = new BitSet();
    Matcher groups = FREE.matcher(run(0, "dumpe2fs", image.toString()));
    while (groups.find()) {
      for (String range : groups.group(1).split(", *")) {
        if (!range.isBlank()) {
          String[] ends = range.split("-");
          int last = Integer.parseInt(ends[ends.length - 1]);
          free.set(Integer.parseInt(ends[0]), last + 1);
        }
      }
    }
    assertTrue(free.cardinality() > 0, "an image without a free block");
    return free;
  }

  /** Carries out what is committed in the journal, and repairs nothing. */
  public void replay(Path image) throws Exception {
    run(1, "e2fsck", "-y", "-E", "journal_only", image.toString());
  }

  /** Fails where anything at all is wrong with an image, whose journal must be empty. */
  public void assertConsistent(Path image) throws Exception {
    String printed = run(0, "e2fsck", "-f", "-n", image.toString());
    assertTrue(!printed.contains("WARNING") && !printed.contains("recover"), printed);
  }

  /** All files and directories of an image. */
  public FileTree files(Path image) throws Exception {
    Path out = Files.createTempDirectory(directory, "dump");
    run(0, "debugfs", "-R", "rdump / " + out, image.toString());
    FileTree tree = FileTree.read(out);
    FileTree.delete(out);
    return tree;
  }

  /** Dumps one file of an image. */
  public byte[] file(Path image, String name) throws Exception {
    Path out = directory.resolve("dumped");
    run(0, "debugfs", "-R", "dump " + name + " " + out, image.toString());
    return Files.readAllBytes(out);
  }

  /** A block of an image's bytes. */
  static byte[] block(byte[] image, int number) {
    byte[] block = new byte[BLOCK];
    System.arraycopy(image, number * BLOCK, block, 0, BLOCK);
    return block;
  }

  /** Which blocks of two images differ. */
  static BitSet differences(byte[] one, byte[] other) throws IOException {
    assertEquals(one.length, other.length);
    BitSet differ = new BitSet();
    for (int number = 0; number < one.length / BLOCK; number++) {
      int from = number * BLOCK;
      if (!java.util.Arrays.equals(one, from, from + BLOCK, other, from, from + BLOCK)) {
        differ.set(number);
      }
    }
    return differ;
  }
}
