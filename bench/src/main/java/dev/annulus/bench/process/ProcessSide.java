// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.process;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.measure.Sample;
import dev.annulus.bench.measure.Side;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A side that is made of processes, started one after the other. Each run is told to all of them in
 * that order, and answered by all.
 */
public final class ProcessSide implements Side {
  private static final String READY = "ready";
  private static final double START_SECONDS = 60;
  private static final double GRACE_SECONDS = 30;
  private static final long LOOK_NANOS = 100_000_000;

  /** What a process is in its side. */
  public enum Part {
    /** Works when it is told to; its clock counts. */
    TIMED,

    /** Works when it is told to; its clock does not count. */
    UNTIMED,

    /** Serves all the time; asked after each run for what it counted since it was asked last. */
    SERVING
  }

  private record Member(Part part, ChildProcess process) {}

  private final WorkDirectory directory;
  private final List<Member> members = new ArrayList<>();

  /**
   * Makes a side without processes.
   *
   * @param directory where they meet; removed with the side
   */
  public ProcessSide(WorkDirectory directory) {
    this.directory = directory;
  }

  /**
   * Adds a process and waits until it is ready. Those that others need come first.
   *
   * @param part what it is
   * @param label names it in messages
   * @param command the program and its arguments
   * @return this side
   * @throws IOException where it does not start; the side is closed
   */
  public ProcessSide add(Part part, String label, List<String> command) throws IOException {
    try {
      ChildProcess process = ChildProcess.start(label, command);
      members.add(new Member(part, process));
      String line = line(process, START_SECONDS);
      if (!line.equals(READY)) {
        throw process.failure("did not start: " + line, null);
      }
      return this;
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public Sample run(double seconds) throws IOException {
    String command = "run " + seconds;
    for (Member member : members) {
      if (member.part != Part.SERVING) {
        member.process.send(command);
      }
    }
    List<Answer> answers = new ArrayList<>();
    Answer timed = null;
    // From the last to the first: a process that drives others is the last, and fails first.
    for (Member member : members.reversed()) {
      if (member.part == Part.SERVING) {
        member.process.send(command);
      }
      Answer answer = answer(member, seconds);
      answers.add(answer);
      if (member.part == Part.TIMED) {
        timed = answer;
      }
    }
    checkSums(answers);
    return new Sample(timed.operations(), timed.nanos(), counters(answers));
  }

  /** Waits for a process, unless one of the others ends: then that is what went wrong. */
  private String line(ChildProcess process, double seconds) throws IOException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() - end < 0) {
      Optional<String> line = process.answer(LOOK_NANOS);
      if (line.isPresent()) {
        return line.get();
      }
      for (Member other : members) {
        if (!other.process.alive()) {
          throw other.process.ended();
        }
      }
    }
    throw process.failure("gave no answer within " + Math.round(seconds) + " s", null);
  }

  private Answer answer(Member member, double seconds) throws IOException {
    String line = line(member.process, 3 * seconds + GRACE_SECONDS);
    try {
      return Answer.parse(line);
    } catch (IllegalArgumentException e) {
      throw member.process.failure("failed: " + line, e);
    }
  }

  /** What one end sent is what the other received. */
  private static void checkSums(List<Answer> answers) throws IOException {
    Answer first = null;
    for (Answer answer : answers) {
      if (!answer.more().containsKey(Answer.SUM)) {
        continue;
      }
      if (first == null) {
        first = answer;
      } else if (first.operations() != answer.operations()
          || !first.more().get(Answer.SUM).equals(answer.more().get(Answer.SUM))) {
        throw new IOException("the two ends differ: one has " + first + ", the other " + answer);
      }
    }
  }

  private static Map<Counter, Long> counters(List<Answer> answers) {
    Map<Counter, Long> counters = new EnumMap<>(Counter.class);
    for (Answer answer : answers) {
      for (Counter counter : Counter.values()) {
        Long number = answer.more().get(counter.key());
        if (number != null) {
          counters.merge(counter, number, Long::sum);
        }
      }
    }
    return counters;
  }

  @Override
  public void close() {
    members.reversed().forEach(member -> member.process.close());
    directory.close();
  }
}
