// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.fs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a file system has in it: files by their paths, with what they contain; directories too. */
public final class FileTree {
  private static final byte[] DIRECTORY = new byte[0];
  private static final String LOST = "/lost+found";

  private final Map<String, byte[]> all = new TreeMap<>();
  private int made;

  /** Directories, some within others, and files of many sizes in them. */
  public static FileTree random(SplittableRandom random, int directories, int files, int most) {
    FileTree tree = new FileTree();
    for (int i = 0; i < directories; i++) {
      tree.all.put(tree.directory(random) + "/d" + tree.made++, DIRECTORY);
    }
    for (int i = 0; i < files; i++) {
      tree.all.put(tree.directory(random) + "/f" + tree.made++, content(random, most));
    }
    return tree;
  }

  private static byte[] content(SplittableRandom random, int most) {
    byte[] bytes = new byte[1 + random.nextInt(1 + random.nextInt(most))];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A directory's path, "" for the root. */
  private String directory(SplittableRandom random) {
    List<String> paths = new ArrayList<>(List.of(""));
    all.forEach((path, content) -> {
      if (content == DIRECTORY) {
        paths.add(path);
      }
    });
    return paths.get(random.nextInt(paths.size()));
  }

  private List<String> files() {
    return all.entrySet().stream()
        .filter(entry -> entry.getValue() != DIRECTORY)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The same, to be changed on its own. */
  FileTree copy() {
    FileTree copy = new FileTree();
    copy.all.putAll(all);
    copy.made = made;
    return copy;
  }

  /**
   * Changes it at random; answers the commands of debugfs that do the same to an image.
   *
   * @param sources where it puts the contents of new files
   */
  List<String> change(SplittableRandom random, int changes, Path sources) throws IOException {
    List<String> commands = new ArrayList<>();
    for (int i = 0; i < changes; i++) {
      List<String> files = files();
      int what = random.nextInt(8);
      if (what == 0) {
        String path = directory(random) + "/d" + made++;
        all.put(path, DIRECTORY);
        commands.add("mkdir " + path);
      } else if (what <= 3 && files.size() > 4) {
        String path = files.get(random.nextInt(files.size()));
        all.remove(path);
        commands.add("rm " + path);
      } else {
        String path = directory(random) + "/f" + made++;
        byte[] bytes = content(random, 100_000);
        all.put(path, bytes);
        Path source = Files.write(sources.resolve("f" + made), bytes);
        commands.add("write " + source + " " + path);
      }
    }
    return commands;
  }

  /** Makes its files and directories below a directory. */
  public void write(Path below) throws IOException {
    for (Map.Entry<String, byte[]> each : all.entrySet()) {
      Path path = below.resolve(each.getKey().substring(1));
      if (each.getValue() == DIRECTORY) {
        Files.createDirectories(path);
      } else {
        Files.createDirectories(path.getParent());
        Files.write(path, each.getValue());
      }
    }
  }

  /** What is below a directory, but for a file system's own. */
  static FileTree read(Path below) throws IOException {
    FileTree tree = new FileTree();
    try (Stream<Path> paths = Files.walk(below)) {
      for (Path path : paths.toList()) {
        String name = path.toString().substring(below.toString().length());
        if (!name.isEmpty() && !name.equals(LOST)) {
          tree.all.put(name, Files.isDirectory(path) ? DIRECTORY : Files.readAllBytes(path));
        }
      }
    }
    return tree;
  }

  /** Deletes a directory with all that is in it. */
  static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted((one, other) -> other.compareTo(one)).toList()) {
        Files.delete(path);
      }
    }
  }

  /** The paths of all files, with their contents. */
  public Map<String, byte[]> contents() {
    Map<String, byte[]> contents = new TreeMap<>(all);
    contents.values().removeIf(content -> content == DIRECTORY);
    return contents;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileTree tree
        && all.keySet().equals(tree.all.keySet())
        && all.keySet().stream()
            .allMatch(path ->
                (all.get(path) == DIRECTORY) == (tree.all.get(path) == DIRECTORY)
                    && Arrays.equals(all.get(path), tree.all.get(path)));
  }

  @Override
  public int hashCode() {
    return all.keySet().hashCode();
  }

  @Override
  public String toString() {
    return all.size() + " files and directories: " + all.keySet();
  }
}
