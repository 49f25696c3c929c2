// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void whatIsPrintedCanBeReadAgain() throws IOException {
    StringWriter text = new StringWriter();
    Json.print(Json.object().put("name", "a\"\\\n\u00e4").put("n", 1.5), new PrintWriter(text));
    assertEquals("a\"\\\n\u00e4", Json.parse(text.toString()).path("name").asString());
    assertEquals(1.5, Json.parse(text.toString()).path("n").asDouble());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "ready: /tmp/x", "{\"a\": }"})
  void whatIsNoJsonIsAnIoError(String text) {
    assertThrows(IOException.class, () -> Json.parse(text));
  }

  @Test
  void numbersAreRounded() {
    assertEquals(0.667, Json.rounded(2 / 3.0));
  }
}
