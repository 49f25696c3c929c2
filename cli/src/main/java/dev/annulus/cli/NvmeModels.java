// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.nvme.Backing;
import dev.annulus.nvme.Controller;
import dev.annulus.nvme.ControllerOptions;
import dev.annulus.nvme.ModelController;
import dev.annulus.nvme.NvmeScheme;
import dev.annulus.scheme.SchemeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Controllers in software, each with one namespace in a file. To be closed after the host. */
final class NvmeModels implements AutoCloseable {
  private final List<ModelController> models = new ArrayList<>();
  private final List<Controller> controllers = new ArrayList<>();

  private NvmeModels() {}

  static NvmeModels start(List<NvmeFile> files, int reactors) throws CommandException, IOException {
    NvmeModels started = new NvmeModels();
    try {
      for (NvmeFile file : files) {
        started.add(file, reactors);
      }
      return started;
    } catch (CommandException | IOException | RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private void add(NvmeFile file, int reactors) throws CommandException, IOException {
    Backing backing = Backing.file(file.file(), file.namespaceSize());
    ModelController model =
        ModelController.builder()
            .namespace(backing, NvmeFile.BLOCK_SIZE)
            .queuePairs(reactors)
            .threaded(true)
            .build();
    models.add(model);
    ControllerOptions options =
        ControllerOptions.DEFAULT.withQueuePairs(reactors).withInterrupts(true);
    controllers.add(Controller.start(model, options));
  }

  /** The scheme {@code nvme:}, where there is a controller. */
  List<SchemeFactory> schemes() {
    return controllers.isEmpty() ? List.of() : List.of(NvmeScheme.over(controllers));
  }

  /** May be called twice: by the main thread, and by the one that a signal started. */
  @Override
  public synchronized void close() throws IOException {
    for (Controller controller : controllers) {
      controller.close();
    }
    controllers.clear();
    models.forEach(ModelController::close);
    models.clear();
  }
}
