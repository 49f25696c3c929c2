// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.process.Answer;
import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentInvoker;

/** Polls Aeron's subscription, a batch at a time, and runs the media driver between polls. */
final class AeronConsumer implements Worker, FragmentHandler {
  private final int batch;
  private final int pollsADuty;
  private final AgentInvoker driverDuty;
  private final AgentInvoker clientDuty;
  private final Subscription subscription;
  private final Spinner spinner = new Spinner(() -> {});
  private Image image;
  private int polls;
  private long count;
  private long sum;
  private boolean ended;

  private AeronConsumer(Arguments arguments) {
    batch = arguments.number();
    pollsADuty = arguments.number();
    int termLength = arguments.number();
    MediaDriver driver = AeronDriver.launch(arguments.path(), termLength);
    driverDuty = driver.sharedAgentInvoker();
    Aeron aeron =
        Aeron.connect(
            new Aeron.Context()
                .aeronDirectoryName(driver.aeronDirectoryName())
                .driverAgentInvoker(driverDuty)
                .useConductorAgentInvoker(true));
    clientDuty = aeron.conductorAgentInvoker();
    subscription = aeron.addSubscription(AeronDriver.IPC, AeronDriver.STREAM);
  }

  static Worker open(Arguments arguments) {
    return new AeronConsumer(arguments);
  }

  @Override
  public boolean needsIdleCalls() {
    return true;
  }

  @Override
  public void idle() {
    driverDuty.invoke();
    clientDuty.invoke();
  }

  @Override
  public Answer run(double seconds) {
    count = 0;
    sum = 0;
    ended = false;
    image = subscription.imageAtIndex(0);
    while (poll() == 0) {
      spinner.spin();
    }
    Stopwatch watch = new Stopwatch(seconds);
    long before = count;
    while (!ended) {
      // After less than a batch, not after none: that gives it its best.
      if (poll() < batch) {
        spinner.spin();
      }
    }
    Answer answer = watch.stop(count - before);
    return new Answer(count, answer.nanos(), answer.more()).with(Answer.SUM, sum);
  }

  private int poll() {
    if (++polls % pollsADuty == 0) {
      driverDuty.invoke();
    }
    return image.poll(this, batch);
  }

  @Override
  public void onFragment(DirectBuffer buffer, int at, int length, Header header) {
    long first = buffer.getLong(at);
    if (first == AeronProducer.END) {
      ended = true;
      return;
    }
    sum +=
        first
            + buffer.getLong(at + 8)
            + buffer.getLong(at + 16)
            + buffer.getLong(at + 24)
            + buffer.getLong(at + 32)
            + buffer.getLong(at + 40)
            + buffer.getLong(at + 48);
    count++;
  }
}
