// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Aeron's media driver without threads of its own: called by the consumer, between polls. */
final class AeronDriver {
  /** The channel within one machine. */
  static final String IPC = "aeron:ipc";

  /** The stream of the entries. */
  static final int STREAM = 1001;

  /** Longer than a side may have to wait for the other one's runs. */
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(10);

  private AeronDriver() {}

  /** Starts it. */
  static MediaDriver launch(Path directory, int termLength) {
    return MediaDriver.launchEmbedded(
        new MediaDriver.Context()
            .aeronDirectoryName(directory.toString())
            .dirDeleteOnStart(true)
            .threadingMode(ThreadingMode.INVOKER)
            .ipcTermBufferLength(termLength)
            .termBufferSparseFile(false)
            .performStorageChecks(false)
            .clientLivenessTimeoutNs(PATIENCE)
            .imageLivenessTimeoutNs(PATIENCE)
            .publicationUnblockTimeoutNs(2 * PATIENCE));
  }
}
