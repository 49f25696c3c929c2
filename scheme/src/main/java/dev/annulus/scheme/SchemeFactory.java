// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import java.io.IOException;

/** Makes the instances of a scheme, one a reactor. */
public interface SchemeFactory {
  /**
   * The scheme's name.
   *
   * @return lower case letters and digits, at most 16
   */
  String name();

  /**
   * Makes the instance of one reactor, on its thread.
   *
   * @param services what the reactor offers
   * @return the scheme
   * @throws IOException where the scheme cannot be served
   */
  Scheme create(Services services) throws IOException;
}
