// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import java.util.List;

/** What must hold in one file. */
@FunctionalInterface
interface Rule {
  List<Finding> check(Source source);
}
