/* A slower disk for one program: every fsync and fdatasync first waits FSYNC_US microseconds.
   Compiled by bench/slow-disk.ts and loaded with LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

typedef int (*sync_call)(int);

static void wait_first(void) {
  const char *text = getenv("FSYNC_US");
  long us = text ? strtol(text, NULL, 10) : 0;
  struct timespec left = {us / 1000000, (us % 1000000) * 1000};
  if (us > 0)
    while (nanosleep(&left, &left) != 0) {
    }
}

static int slowed(const char *name, int fd) {
  sync_call real = (sync_call)dlsym(RTLD_NEXT, name);
  wait_first();
  return real(fd);
}

int fsync(int fd) { return slowed("fsync", fd); }
int fdatasync(int fd) { return slowed("fdatasync", fd); }
