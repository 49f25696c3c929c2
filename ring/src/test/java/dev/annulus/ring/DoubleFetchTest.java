// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.lang.reflect.InvocationTargetException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the other end writes is read once, and what was read is what is used: every word changes the
 * moment it was read. The last scene has the fault in it, and finds that it would be seen.
 */
@Timeout(value = 60, unit = SECONDS)
class DoubleFetchTest {
  @ParameterizedTest
  @ValueSource(strings = {"tail", "head", "array", "event", "entry", "completion", "broken"})
  void wordsAreReadOnce(String scene) throws Throwable {
    Class<?> scenes = new ReadsLoader().loadClass(FetchScenes.class.getName(), true);
    try {
      scenes.getMethod(scene).invoke(null);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      Reads.most(); // and memory stands still again
    }
  }
}
