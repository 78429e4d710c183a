// What happens when memory ends: the Swift runtime prints a line and aborts, other code of Swift and
// of the system's libraries traps, and C code may meet a null pointer. Only calls that a signal
// handler may make are made here.
#define _GNU_SOURCE
#include "CKernels.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { most_files = 8, longest_path = 4096 };

static char paths[most_files][longest_path];
// 0 free, 1 being written, 2 noted.
static atomic_int states[most_files];
// Whether what is noted is being removed.
static atomic_int is_ending;

// The signals of a fault, and who looked after them before.
enum { fault_count = 4 };
static const int faults[fault_count] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP};
static struct sigaction former_faults[fault_count];
// Addresses below are those of members behind a null pointer.
static const uintptr_t null_end = 1 << 16;

int ck_note_unfinished(const char *path) {
  size_t length = strlen(path);
  if (length >= longest_path) return -1;
  for (int number = 0; number < most_files; number++) {
    int expected = 0;
    if (!atomic_compare_exchange_strong(&states[number], &expected, 1)) continue;
    memcpy(paths[number], path, length + 1);
    atomic_store(&states[number], 2);
    return number;
  }
  return -1;
}

void ck_forget_unfinished(int number) {
  if (number < 0 || number >= most_files) return;
  // Each side writes and then looks at what the other writes, so that one sees it.
  atomic_store(&states[number], 0);
  while (atomic_load(&is_ending)) pause();
}

static void say(const char *text) {
  ssize_t written = write(STDERR_FILENO, text, strlen(text));
  (void)written;
}

// Removes a file, or a folder of files: readdir(3) would ask for memory.
static void remove_path(const char *path) {
  if (unlink(path) == 0 || (errno != EISDIR && errno != EPERM)) return;
#if defined(__linux__)
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return;
  struct entry {
    uint64_t node;
    int64_t next;
    unsigned short size;
    unsigned char kind;
    char name[];
  };
  _Alignas(struct entry) char entries[2048];
  long size;
  while ((size = syscall(SYS_getdents64, folder, entries, sizeof entries)) > 0)
    for (long start = 0; start < size;) {
      const struct entry *entry = (const struct entry *)(entries + start);
      (void)unlinkat(folder, entry->name, 0);
      start += entry->size;
    }
  close(folder);
  (void)rmdir(path);
#endif
}

static void remove_unfinished(void) {
  atomic_store(&is_ending, 1);
  for (int number = 0; number < most_files; number++)
    if (atomic_load(&states[number]) == 2) remove_path(paths[number]);
}

static _Noreturn void end(const char *text) {
  remove_unfinished();
  say(text);
  _exit(70);
}

int ck_has_room(size_t bytes) {
  void *room = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return 0;
  munmap(room, bytes);
  return 1;
}

int ck_had_room(size_t bytes) {
  static _Thread_local struct timespec tick;
  static _Thread_local size_t most;
  struct timespec now;
  // The clock of the system's ticks, which is read without a call.
#if defined(CLOCK_MONOTONIC_COARSE)
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
#else
  clock_gettime(CLOCK_MONOTONIC, &now);
#endif
  if (bytes <= most && now.tv_sec == tick.tv_sec && now.tv_nsec == tick.tv_nsec) return 1;
  if (!ck_has_room(bytes)) return 0;
  tick = now;
  most = bytes;
  return 1;
}

static void on_abort(int signal) {
  (void)signal;
  // The runtime has said how much could not be had; what else it aborts for are faults.
  end("dorsal: not enough memory for this run, or a fault of the tool, as the line above says; "
      "unfinished output was removed\n");
}

static void on_fault(int signal, siginfo_t *info, void *context) {
  (void)context;
  if (!ck_has_room((size_t)1 << 26))
    end("dorsal: not enough memory for this run; unfinished output was removed\n");
  int is_trap = signal == SIGILL || signal == SIGTRAP;
  if (is_trap || (uintptr_t)info->si_addr < null_end)
    end("dorsal: not enough memory for this run, or a fault of the tool; unfinished output was "
        "removed\n");
  // Another fault: whoever looked after them before meets it again.
  remove_unfinished();
  for (int index = 0; index < fault_count; index++)
    if (faults[index] == signal) sigaction(signal, &former_faults[index], 0);
}

void ck_watch_memory(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_abort;
  sigaction(SIGABRT, &action, 0);
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  // Somebody who looks for a fault of the tool asks the Swift runtime to show where it is.
  const char *backtrace = getenv("SWIFT_BACKTRACE");
  int wants_backtrace = backtrace && strstr(backtrace, "enable=yes");
  for (int index = 0; index < (wants_backtrace ? 1 : fault_count); index++)
    sigaction(faults[index], &action, &former_faults[index]);
}
