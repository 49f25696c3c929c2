// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.fs;

import dev.annulus.nvme.Backing;
import dev.annulus.nvme.Controller;
import dev.annulus.nvme.ControllerOptions;
import dev.annulus.nvme.ModelController;
import dev.annulus.nvme.NvmeScheme;
import dev.annulus.scheme.Host;
import dev.annulus.scheme.HostOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A child process: a host of controllers whose caches are lost with it. To be killed. */
public final class CrashHost {
  static final String READY = "ready";

  private CrashHost() {}

  /**
   * Serves until its standard input ends.
   *
   * @param arguments the socket; then, of each controller, its image and the seed of its cache
   */
  public static void main(String[] arguments) throws IOException {
    List<Controller> controllers = new ArrayList<>();
    for (int i = 1; i < arguments.length; i += 2) {
      Path image = Path.of(arguments[i]);
      Backing durable = Backing.file(image, Files.size(image));
      long seed = Long.parseLong(arguments[i + 1]);
      ModelController model =
          ModelController.builder()
              .namespace(Backing.volatileCache(durable, Ext4.BLOCK, seed), Ext4.BLOCK)
              .threaded(true)
              .build();
      ControllerOptions options = ControllerOptions.DEFAULT.withInterrupts(true);
      controllers.add(Controller.start(model, options));
    }
    HostOptions options = HostOptions.at(Path.of(arguments[0]));
    Host host = Host.start(options, List.of(NvmeScheme.over(controllers)));
    System.out.println(READY);
    System.in.readAllBytes(); // which ends with the test
    host.close();
  }
}
