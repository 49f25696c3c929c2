// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.text;

import java.io.IOException;
import java.io.PrintWriter;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Results for programs. */
public final class Json {
  private static final JsonMapper MAPPER = new JsonMapper();

  private Json() {}

  /**
   * An empty object.
   *
   * @return to be filled
   */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * Reads a value that another process wrote.
   *
   * @param text the text
   * @return the value
   * @throws IOException where it is not JSON
   */
  public static JsonNode parse(String text) throws IOException {
    try {
      JsonNode value = MAPPER.readTree(text);
      if (value.isMissingNode()) {
        throw new IOException("what should be JSON is empty");
      }
      return value;
    } catch (JacksonException e) {
      throw new IOException("what should be JSON is not: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Prints a result, indented.
   *
   * @param value the result
   * @param out where to
   */
  public static void print(JsonNode value, PrintWriter out) {
    out.println(value.toPrettyString());
  }

  /**
   * A number with three digits after the point, which is all that a measurement is worth.
   *
   * @param value any finite number
   * @return rounded
   */
  public static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
