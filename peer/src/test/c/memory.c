/* SPDX-License-Identifier: Apache-2.0 */

/*
 * memory PATH: what a client can try with the memory that it and the server share. Says what each
 * try came to; goes on when a line comes in.
 */

#include "echo.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/memfd.h>
#include <sys/mman.h>

#define REGION 65536

static int server;

static void next(void)
{
  int c;

  do
    c = getchar();
  while (c != '\n' && c != EOF);
}

static void tried(const char *what, int result)
{
  SAY("%s: %s\n", what, result < 0 ? strerror(errno) : "done");
}

static int punch(int file, off_t length)
{
  return fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, length);
}

/* A message and its answer's status, 0 or negative. */
static int ask(int type, uint64_t size, int file, int *fds)
{
  struct annulus_packet packet;
  char text[ANNULUS_TEXT_MAX + 1];
  int count;

  annulus_begin(&packet, type);
  packet.head.credit = 8;
  packet.head.region_size = size;
  check("send", annulus_send(server, &packet, &file, file < 0 ? 0 : 1));
  check("receive", annulus_receive(server, &packet, text, fds, &count, 0));
  return annulus_status(&packet);
}

/* Pages of this kind can be missing when they are touched: there may be none at all. */
static void huge(void)
{
  const uint64_t size = 2u << 20;
  int fds[2];
  int file = memfd_create("annulus-huge", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB);

  if (file < 0 || ftruncate(file, (off_t)size) < 0
      || fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) < 0) {
    SAY("huge: none\n");
    return;
  }
  SAY("huge: %s\n", strerror(-ask(ANNULUS_SHARE, size, file, fds)));
}

int main(int argc, char **argv)
{
  struct sockaddr_un address;
  int files[2], none[2];
  int region;
  void *words = NULL, *memory = NULL;

  if (argc < 2)
    fail("memory PATH", -EINVAL);
  check("address", annulus_address(&address, argv[1]));
  server = check("connect", annulus_connect(&address));
  check("hello", ask(ANNULUS_HELLO, 0, -1, files));
  huge();
  region = check("memory", annulus_create("annulus-region", REGION));
  check("share", ask(ANNULUS_SHARE, REGION, region, none));
  check("map", annulus_map(files[0], 4096, PROT_READ | PROT_WRITE, &words));
  check("map", annulus_map(region, REGION, PROT_READ | PROT_WRITE, &memory));
  memset(memory, 0xff, REGION);
  annulus_store_release(&((struct annulus_client_words *)words)->sq_tail, 3);

  tried("shrink the region", ftruncate(region, 0));
  tried("grow the region", ftruncate(region, 2 * REGION));
  tried("shrink the client's file", ftruncate(files[0], 0));
  tried("grow the client's file", ftruncate(files[0], 1 << 20));
  tried("shrink the server's file", ftruncate(files[1], 0));
  tried("punch the server's file", punch(files[1], 4096));
  tried("write the server's file", (int)pwrite(files[1], "x", 1, 0));
  next();
  tried("punch the region", punch(region, REGION));
  next();
  tried("punch the client's file", punch(files[0], 1 << 20));
  next();
  return 0;
}
