// sync_file_range(2) and O_TMPFILE are behind _GNU_SOURCE, which Swift's import of the C library
// leaves out.
#define _GNU_SOURCE
#include "CKernels.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

void ck_begin_storing(int descriptor, int64_t start, int64_t count) {
#if defined(__linux__)
  // Only a hint: what goes wrong is told by the writes and by the wait at the end.
  (void)sync_file_range(descriptor, start, count, SYNC_FILE_RANGE_WRITE);
#else
  (void)descriptor, (void)start, (void)count;
#endif
}

int ck_open_folder(const char *path) {
  return open(path[0] == 0 ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

// The name by which a file without one is reached.
static void own_name(int descriptor, char *name, size_t size) {
  snprintf(name, size, "/proc/self/fd/%d", descriptor);
}

int ck_open_unnamed(int folder) {
#if defined(O_TMPFILE)
  int opened = openat(folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (opened < 0) return -1;
  // Without /proc it could never get a name.
  char name[64];
  own_name(opened, name, sizeof name);
  if (faccessat(AT_FDCWD, name, F_OK, 0) == 0) return opened;
  close(opened);
#endif
  (void)folder;
  errno = EOPNOTSUPP;
  return -1;
}

int ck_open_new(int folder, const char *name) {
  return openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

int ck_link_unnamed(int descriptor, int folder, const char *name) {
  char own[64];
  own_name(descriptor, own, sizeof own);
  return linkat(AT_FDCWD, own, folder, name, AT_SYMLINK_FOLLOW);
}

int ck_open_ordinary(const char *path) {
  int opened = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (opened < 0) return -1;
  struct stat about;
  int fault = 0;
  if (fstat(opened, &about) != 0)
    fault = errno;
  else if (S_ISDIR(about.st_mode))
    fault = EISDIR;
  else if (!S_ISREG(about.st_mode))
    fault = ESPIPE;
  if (fault == 0) return opened;
  close(opened);
  errno = fault;
  return -1;
}
