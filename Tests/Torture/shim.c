// Goes before the system's calls and fails the one that it is told to:
//   TORTURE_CALL   open, read, write, fsync, rename, link, mmap or malloc
//   TORTURE_N      which call of that kind, from 1; 0 for none
//   TORTURE_FAULT  the number of an error, or "short" for one byte of what was asked for
//   TORTURE_STAY   1: every call from then on fails; for memory those for pages too
//   TORTURE_COUNT  a file of eight counters, 64 bits each, which tell how many calls there were
// Memory counts from when the tool watches for its end, that is for SIGABRT: before, the loader and
// the libraries begin, and nothing has been opened. Calls on pipes, files and standard streams count; those that the runtime makes on events do not.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { calls = 8 };
static const char *const names[calls] = {
  "open", "read", "write", "fsync", "rename", "link", "mmap", "malloc"};
enum { OPEN, READ, WRITE, FSYNC, RENAME, LINK, MMAP, MALLOC };

static _Atomic uint64_t own[calls], *counters = own;
static int chosen = -1, fault, is_short, stays;
static uint64_t number;

// Arguments of syscall(2) are as wide as a register.
static void *map(void *place, size_t size, long protection, long flags, long file, long offset) {
  return (void *)syscall(SYS_mmap, place, size, protection, flags, file, offset);
}

__attribute__((constructor)) static void begin(void) {
  const char *call = getenv("TORTURE_CALL"), *file = getenv("TORTURE_COUNT");
  if (file) {
    int opened = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC, 0);
    void *room = map(0, sizeof own, PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0);
    if (opened >= 0 && room != MAP_FAILED) counters = room;
    if (opened >= 0) syscall(SYS_close, opened);
  }
  const char *text = getenv("TORTURE_N");
  number = text ? strtoull(text, 0, 10) : 0;
  text = getenv("TORTURE_FAULT");
  is_short = text && !strcmp(text, "short");
  fault = text ? atoi(text) : EIO;
  text = getenv("TORTURE_STAY");
  stays = text && *text == '1';
  for (int index = 0; call && index < calls; index++)
    if (!strcmp(call, names[index])) chosen = index;
}

// Whether this call of a kind is the one to fail.
static int fails(int call) {
  uint64_t now = atomic_fetch_add(&counters[call], 1) + 1;
  return call == chosen && number > 0 && (stays ? now >= number : now == number);
}

static atomic_int watches;

// Whether this call for memory is the one to fail.
static int lacks_memory(void) { return atomic_load(&watches) && fails(MALLOC); }

int sigaction(int signal, const struct sigaction *action, struct sigaction *former) {
  static int (*real)(int, const struct sigaction *, struct sigaction *);
  if (!real)
    real = (int (*)(int, const struct sigaction *, struct sigaction *))dlsym(RTLD_NEXT, "sigaction");
  if (signal == SIGABRT && action) atomic_store(&watches, 1);
  return real(signal, action, former);
}

// Whether this call for pages is: where memory has ended there are none.
static int lacks_pages(void) {
  int has_ended = stays && chosen == MALLOC && atomic_load(&watches) && number > 0
    && atomic_load(&counters[MALLOC]) >= number;
  return fails(MMAP) || has_ended;
}

// The library of queues looks at its own threads in /proc and traps where it cannot: not the tool's.
enum { proc_magic = 0x9fa0 };
static int is_system(const char *path) {
  return !strncmp(path, "/proc/", 6) || !strncmp(path, "/sys/", 5);
}

static int is_file(int descriptor) {
  struct stat about;
  struct statfs system;
  int kept = errno;
  int result = descriptor <= 2
    || (fstat(descriptor, &about) == 0 && (S_ISREG(about.st_mode) || S_ISFIFO(about.st_mode))
        && (fstatfs(descriptor, &system) != 0 || system.f_type != proc_magic));
  errno = kept;
  return result;
}

#define MODE(flags) ({ mode_t mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { \
  va_list list; va_start(list, flags); mode = va_arg(list, mode_t); va_end(list); } mode; })

int open(const char *path, int flags, ...) {
  mode_t mode = MODE(flags);
  if (!is_system(path) && fails(OPEN)) return errno = fault, -1;
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  mode_t mode = MODE(flags);
  if (!is_system(path) && fails(OPEN)) return errno = fault, -1;
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
  mode_t mode = MODE(flags);
  if (!is_system(path) && fails(OPEN)) return errno = fault, -1;
  return (int)syscall(SYS_openat, folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
  mode_t mode = MODE(flags);
  if (!is_system(path) && fails(OPEN)) return errno = fault, -1;
  return (int)syscall(SYS_openat, folder, path, flags, mode);
}

ssize_t read(int descriptor, void *bytes, size_t count) {
  if (is_file(descriptor) && fails(READ)) {
    if (!is_short) return errno = fault, -1;
    count = count > 1 ? 1 : count;
  }
  return syscall(SYS_read, descriptor, bytes, count);
}
ssize_t pread(int descriptor, void *bytes, size_t count, off_t place) {
  if (is_file(descriptor) && fails(READ)) {
    if (!is_short) return errno = fault, -1;
    count = count > 1 ? 1 : count;
  }
  return syscall(SYS_pread64, descriptor, bytes, count, place);
}
// What cannot be said on standard error cannot be told anywhere.
ssize_t write(int descriptor, const void *bytes, size_t count) {
  if (descriptor != 2 && is_file(descriptor) && fails(WRITE)) {
    if (!is_short) return errno = fault, -1;
    count = count > 1 ? 1 : count;
  }
  return syscall(SYS_write, descriptor, bytes, count);
}
ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t place) {
  if (descriptor != 2 && is_file(descriptor) && fails(WRITE)) {
    if (!is_short) return errno = fault, -1;
    count = count > 1 ? 1 : count;
  }
  return syscall(SYS_pwrite64, descriptor, bytes, count, place);
}

int fsync(int descriptor) {
  return fails(FSYNC) ? (errno = fault, -1) : (int)syscall(SYS_fsync, descriptor);
}
int fdatasync(int descriptor) {
  return fails(FSYNC) ? (errno = fault, -1) : (int)syscall(SYS_fdatasync, descriptor);
}
int rename(const char *from, const char *to) {
  if (fails(RENAME)) return errno = fault, -1;
  return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat(int folder, const char *from, int other, const char *to) {
  if (fails(RENAME)) return errno = fault, -1;
  return (int)syscall(SYS_renameat2, folder, from, other, to, 0);
}
int renameat2(int folder, const char *from, int other, const char *to, unsigned flags) {
  if (fails(RENAME)) return errno = fault, -1;
  return (int)syscall(SYS_renameat2, folder, from, other, to, flags);
}
int link(const char *from, const char *to) {
  if (fails(LINK)) return errno = fault, -1;
  return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int linkat(int folder, const char *from, int other, const char *to, int flags) {
  if (fails(LINK)) return errno = fault, -1;
  return (int)syscall(SYS_linkat, folder, from, other, to, flags);
}

void *mmap(void *place, size_t size, int protection, int flags, int descriptor, off_t offset) {
  if (lacks_pages()) return errno = fault, MAP_FAILED;
  return map(place, size, protection, flags, descriptor, offset);
}
void *mmap64(void *place, size_t size, int protection, int flags, int descriptor, off_t offset) {
  if (lacks_pages()) return errno = fault, MAP_FAILED;
  return map(place, size, protection, flags, descriptor, offset);
}

// The C library's own names, which need no look-up that asks for memory itself.
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) { return lacks_memory() ? (errno = ENOMEM, NULL) : __libc_malloc(size); }
void *calloc(size_t count, size_t size) {
  return lacks_memory() ? (errno = ENOMEM, NULL) : __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
  return lacks_memory() ? (errno = ENOMEM, NULL) : __libc_realloc(old, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
  return lacks_memory() ? (errno = ENOMEM, NULL) : __libc_memalign(alignment, size);
}
int posix_memalign(void **result, size_t alignment, size_t size) {
  if (lacks_memory()) return ENOMEM;
  void *room = __libc_memalign(alignment, size);
  if (!room) return ENOMEM;
  *result = room;
  return 0;
}
