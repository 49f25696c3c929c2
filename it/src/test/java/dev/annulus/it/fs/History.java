// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a kernel writes while a file system changes: states of an ext4 image, each made by debugfs
 * from the one before, and the writes between them in the order of its journal (ordered mode).
 *
 * <p>Of a transaction: the blocks that were free before are written in place, together with the
 * journal's descriptor and its copies of all other blocks; then a flush; then the commit block,
 * through the cache. After some transactions, a checkpoint: the journaled blocks in place, a flush,
 * then the journal is declared empty. The journal's blocks are debugfs's too, not ours.
 */
final class History {
  /** Bytes of the image. */
  static final long SIZE = 16 << 20;

  private static final int MAGIC = 0xC03B_3998;
  private static final int COMMIT = 2;

  private final Path directory;
  private final Ext4 ext4;
  private final SplittableRandom random;
  private final List<Step> steps = new ArrayList<>();
  private final List<FileTree> states = new ArrayList<>();

  /** An image that nothing has happened to yet. */
  private final Path start;

  /** What a device would have if it lost nothing. */
  private byte[] disk;

  /** Journaled since the last checkpoint: where each block's latest content is. */
  private final Map<Integer, byte[]> journaled = new TreeMap<>();

  private final Map<Integer, byte[]> inPlace = new TreeMap<>();
  private final List<String> journal = new ArrayList<>();

  private History(Path directory, Ext4 ext4, SplittableRandom random) {
    this.directory = directory;
    this.ext4 = ext4;
    this.random = random;
    start = directory.resolve("start.img");
  }

  /** Makes one of so many checkpoints, each after so many transactions. */
  static History make(
      Path directory, Ext4 ext4, SplittableRandom random, int checkpoints, int transactions)
      throws Exception {
    History history = new History(directory, ext4, random);
    FileTree tree = FileTree.random(random, 6, 20, 50_000);
    Path files = Files.createDirectory(directory.resolve("files"));
    tree.write(files);
    ext4.make(history.start, SIZE, files);
    history.states.add(tree.copy());
    history.disk = Files.readAllBytes(history.start);
    Path base = history.start;
    for (int i = 0; i < checkpoints; i++) {
      base = history.untilCheckpoint(base, tree, transactions);
    }
    return history;
  }

  List<Step> steps() {
    return steps;
  }

  /** What there is after so many transactions. */
  FileTree state(int transactions) {
    return states.get(transactions);
  }

  int transactions() {
    return states.size() - 1;
  }

  /** A new image as it was at the start. */
  void copyStart(Path to) throws Exception {
    Files.copy(start, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private Path copy(Path image, String name) throws Exception {
    return Files.copy(image, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Answers the image after the checkpoint. */
  private Path untilCheckpoint(Path base, FileTree tree, int transactions) throws Exception {
    journaled.clear();
    inPlace.clear();
    journal.clear();
    journal.add("jo -c");
    Path state = copy(base, "state.img");
    Path log = null;
    for (int i = 0; i < transactions; i++) {
      change(state, tree);
      log = withJournal(base);
      transaction(Files.readAllBytes(log), i == 0);
      states.add(tree.copy());
    }
    journaled.forEach((block, bytes) -> does(Step.write(block, bytes)));
    does(Step.flush());
    ext4.replay(log);
    emptyJournal(Files.readAllBytes(log));
    return copy(log, "base.img");
  }

  /** Changes the state, and sorts the blocks that this changed. */
  private void change(Path state, FileTree tree) throws Exception {
    byte[] before = Files.readAllBytes(state);
    BitSet free = ext4.freeBlocks(state);
    ext4.change(state, tree.change(random, 1 + random.nextInt(5), directory));
    byte[] after = Files.readAllBytes(state);
    // While it is mounted, and that is until the end, the superblock says so.
    Path mounted = copy(state, "mounted.img");
    ext4.change(mounted, List.of("feature needs_recovery"));
    System.arraycopy(Files.readAllBytes(mounted), 0, after, 0, Ext4.BLOCK);
    Map<Integer, byte[]> logged = new TreeMap<>();
    Ext4.differences(before, after).stream()
        .forEach(block -> {
          boolean ordered = free.get(block) && !journaled.containsKey(block);
          (ordered ? inPlace : logged).put(block, Ext4.block(after, block));
        });
    journaled.putAll(logged);
    Path blocks = Files.createTempFile(directory, "logged", "");
    for (byte[] block : logged.values()) {
      Files.write(blocks, block, java.nio.file.StandardOpenOption.APPEND);
    }
    String numbers = logged.keySet().stream().map(String::valueOf).collect(Collectors.joining(","));
    journal.add("jw -b " + numbers + " " + blocks);
  }

  /** The base, with all transactions since in its journal. */
  private Path withJournal(Path base) throws Exception {
    byte[] image = Files.readAllBytes(base);
    inPlace.forEach(
        (block, bytes) -> System.arraycopy(bytes, 0, image, block * Ext4.BLOCK, Ext4.BLOCK));
    Path log = Files.write(directory.resolve("log.img"), image);
    List<String> commands = new ArrayList<>(journal);
    commands.add("jc");
    ext4.change(log, commands);
    return log;
  }

  /** The writes of one transaction, by what its journal has more than the one before. */
  private void transaction(byte[] log, boolean first) throws Exception {
    if (first) {
      does(Step.through(0, Ext4.block(log, 0), 0)); // mounted
    }
    int commit = -1;
    for (int block : Ext4.differences(disk, log).stream().filter(each -> each != 0).toArray()) {
      byte[] bytes = Ext4.block(log, block);
      ByteBuffer header = ByteBuffer.wrap(bytes);
      if (header.getInt(0) == MAGIC && header.getInt(4) == COMMIT) {
        assertEquals(-1, commit, "two commit blocks in a transaction");
        commit = block;
      } else {
        does(Step.write(block, bytes));
      }
    }
    assertTrue(commit > 0, "no commit block");
    does(Step.flush());
    does(Step.through(commit, Ext4.block(log, commit), states.size()));
  }

  /** The journal's own superblock first: as long as it names transactions, it is needed. */
  private void emptyJournal(byte[] empty) throws Exception {
    BitSet differ = Ext4.differences(disk, empty);
    assertTrue(differ.cardinality() <= 2, () -> "not only superblocks: " + differ);
    for (int block = differ.nextSetBit(1); block >= 0; block = differ.nextSetBit(block + 1)) {
      does(Step.through(block, Ext4.block(empty, block), 0));
    }
    does(Step.through(0, Ext4.block(empty, 0), 0));
  }

  private void does(Step step) {
    steps.add(step);
    if (step.bytes() != null) {
      System.arraycopy(step.bytes(), 0, disk, step.block() * Ext4.BLOCK, Ext4.BLOCK);
    }
  }
}
