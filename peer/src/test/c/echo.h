/* SPDX-License-Identifier: Apache-2.0 */

/* What the two test programs agree on with the tests: operations on buffers, and how to fail. */

#ifndef ANNULUS_TEST_ECHO_H
#define ANNULUS_TEST_ECHO_H

#include "annulus.h"

#include <stdio.h>
#include <stdlib.h>

/* Answers the sum of the buffer's bytes. */
#define SUM ANNULUS_OP_FIRST_OF_APPLICATION

/* Sets the buffer's bytes to the low byte of `off`, answers how many. */
#define FILL (ANNULUS_OP_FIRST_OF_APPLICATION + 1)

/* Answers `off`, which may need 64 bits. */
#define TELL (ANNULUS_OP_FIRST_OF_APPLICATION + 2)

/* Ends the process with what failed; `error` is a negative errno. */
static inline void fail(const char *what, int error)
{
  fprintf(stderr, "%s: %s\n", what, strerror(-error));
  exit(1);
}

static inline int check(const char *what, int result)
{
  if (result < 0)
    fail(what, result);
  return result;
}

/* Says a line at once. */
#define SAY(...) (printf(__VA_ARGS__), fflush(stdout))

#endif
