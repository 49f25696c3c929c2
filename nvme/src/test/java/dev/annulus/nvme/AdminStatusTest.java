// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every named status times every call of the admin side: told bit by bit, in words, and what to do.
 */
@Timeout(120)
class AdminStatusTest {
  /** A call, which sends an opcode. */
  private interface Call {
    void on(Admin admin) throws Exception;
  }

  private static Map<Call, Integer> calls() {
    Map<Call, Integer> calls = new LinkedHashMap<>();
    identify(calls);
    calls.put(each -> each.logs().smart(), AdminOpcode.GET_LOG_PAGE);
    calls.put(each -> each.logs().smart(1), AdminOpcode.GET_LOG_PAGE);
    calls.put(each -> each.logs().errors(4), AdminOpcode.GET_LOG_PAGE);
    calls.put(each -> each.logs().firmwareSlots(), AdminOpcode.GET_LOG_PAGE);
    calls.put(each -> each.logs().changedNamespaces(), AdminOpcode.GET_LOG_PAGE);
    calls.put(each -> each.logs().commandEffects(), AdminOpcode.GET_LOG_PAGE);
    calls.put(each -> each.logs().sanitizeStatus(), AdminOpcode.GET_LOG_PAGE);
    features(calls);
    NamespaceSpec spec = NamespaceSpec.of(8, 0);
    FormatSpec format = FormatSpec.of(0, FormatSpec.Erase.NONE);
    SanitizeSpec sanitize = SanitizeSpec.of(SanitizeSpec.Action.BLOCK_ERASE);
    calls.put(each -> each.namespaces().create(spec), AdminOpcode.NAMESPACE_MANAGEMENT);
    calls.put(each -> each.namespaces().delete(1), AdminOpcode.NAMESPACE_MANAGEMENT);
    calls.put(each -> each.namespaces().deleteAll(), AdminOpcode.NAMESPACE_MANAGEMENT);
    calls.put(each -> each.namespaces().attach(1, 1), AdminOpcode.NAMESPACE_ATTACHMENT);
    calls.put(each -> each.namespaces().detach(1, 1), AdminOpcode.NAMESPACE_ATTACHMENT);
    calls.put(each -> each.namespaces().format(1, format), AdminOpcode.FORMAT_NVM);
    calls.put(each -> each.namespaces().formatAll(format), AdminOpcode.FORMAT_NVM);
    calls.put(each -> each.namespaces().sanitizeSubsystem(sanitize), AdminOpcode.SANITIZE);
    return calls;
  }

  private static void identify(Map<Call, Integer> calls) {
    calls.put(Admin::controller, AdminOpcode.IDENTIFY);
    calls.put(each -> each.namespace(1), AdminOpcode.IDENTIFY);
    calls.put(each -> each.allocatedNamespace(1), AdminOpcode.IDENTIFY);
    calls.put(each -> each.independentNamespace(1), AdminOpcode.IDENTIFY);
    calls.put(each -> each.names(1), AdminOpcode.IDENTIFY);
    calls.put(Admin::activeNamespaces, AdminOpcode.IDENTIFY);
    calls.put(Admin::allocatedNamespaces, AdminOpcode.IDENTIFY);
    calls.put(Admin::controllers, AdminOpcode.IDENTIFY);
    calls.put(each -> each.controllersOf(1), AdminOpcode.IDENTIFY);
    calls.put(Admin::secondaryControllers, AdminOpcode.IDENTIFY);
    calls.put(Admin::commandSets, AdminOpcode.IDENTIFY);
    calls.put(Admin::nvmLimits, AdminOpcode.IDENTIFY);
  }

  private static void features(Map<Call, Integer> calls) {
    int get = AdminOpcode.GET_FEATURES;
    int set = AdminOpcode.SET_FEATURES;
    calls.put(each -> each.features().writeCache(), get);
    calls.put(each -> each.features().writeCache(true), set);
    calls.put(each -> each.features().support(1), get);
    calls.put(each -> each.features().powerState(), get);
    calls.put(each -> each.features().powerState(0), set);
    calls.put(each -> each.features().temperatureThreshold(0, false), get);
    calls.put(each -> each.features().temperatureThreshold(0, false, 340), set);
    calls.put(each -> each.features().arbitration(), get);
    calls.put(each -> each.features().arbitration(new Arbitration(7, 1, 1, 1)), set);
    calls.put(each -> each.features().interruptCoalescing(), get);
    calls.put(each -> each.features().interruptCoalescing(new InterruptCoalescing(1, 0)), set);
    calls.put(each -> each.features().errorRecovery(1), get);
    calls.put(each -> each.features().errorRecovery(1, new ErrorRecovery(0, false)), set);
    calls.put(each -> each.features().atomicityDisabled(), get);
    calls.put(each -> each.features().atomicityDisabled(false), set);
    calls.put(each -> each.features().timestamp(), get);
    calls.put(each -> each.features().timestamp(Instant.now()), set);
    calls.put(each -> each.features().hostIdentifier(8), get);
    calls.put(each -> each.features().hostIdentifier(new byte[8]), set);
  }

  @Test
  void everyNamedStatusOfEveryCall() throws Exception {
    Trouble trouble = new Trouble();
    Map<Call, Integer> calls = calls();
    try (ModelController model =
            ModelController.builder()
                .namespace(Backing.memory(1 << 20), 512)
                .management(1 << 20, Backing::memory)
                .faults(trouble)
                .build();
        Controller controller = Controller.start(model, ControllerOptions.DEFAULT)) {
      for (StatusCode status : StatusCode.values()) {
        if (status == StatusCode.SUCCESS) {
          continue;
        }
        int injected = status.value | (status.ordinal() % 2 == 0 ? NvmeStatus.DO_NOT_RETRY : 0);
        for (Map.Entry<Call, Integer> each : calls.entrySet()) {
          Thread caller = Thread.currentThread();
          // The model is inline: what the events' thread sends is executed by that.
          trouble.admin =
              command ->
                  command.opcode == each.getValue() && Thread.currentThread() == caller
                      ? injected
                      : 0;
          NvmeException e =
              assertThrows(NvmeException.class, () -> each.getKey().on(controller.admin()));
          assertEquals(injected, e.status(), e.getMessage());
          String told = ": " + NvmeStatus.describe(injected) + ": ";
          int at = e.getMessage().indexOf(told);
          assertTrue(at > 0, e.getMessage());
          assertTrue(e.getMessage().length() > at + told.length() + 10, "no remedy: " + e);
          assertEquals(NvmeStatus.errno(injected), e.errno());
        }
      }
      trouble.admin = command -> 0;
      assertEquals(1, controller.namespaces().size());
      assertEquals(0, controller.recoveries().resets());
    }
  }
}
