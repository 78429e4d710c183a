// What happens when memory ends: the Swift runtime prints a line and aborts, and C code may meet
// a null pointer. Only calls that a signal handler may make are made here.
#define _GNU_SOURCE
#include "CKernels.h"
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { most_files = 8, longest_path = 4096 };

static char paths[most_files][longest_path];
// 0 free, 1 being written, 2 noted.
static atomic_int states[most_files];
static struct sigaction former_fault;

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
  if (number >= 0 && number < most_files) atomic_store(&states[number], 0);
}

static void say(const char *text) {
  ssize_t written = write(STDERR_FILENO, text, strlen(text));
  (void)written;
}

static _Noreturn void end(const char *text) {
  for (int number = 0; number < most_files; number++)
    if (atomic_load(&states[number]) == 2) (void)unlink(paths[number]);
  say(text);
  _exit(70);
}

// Whether so many bytes more are not to be had.
static int has_ended(size_t bytes) {
  void *room = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return 1;
  munmap(room, bytes);
  return 0;
}

static void on_abort(int signal) {
  (void)signal;
  // The runtime has said how much could not be had; what else it aborts for are faults.
  end("dorsal: not enough memory for this run, or a fault of the tool, as the line above says; "
      "unfinished output was removed\n");
}

static void on_fault(int signal, siginfo_t *info, void *context) {
  (void)info, (void)context;
  if (has_ended((size_t)1 << 26)) 
    end("dorsal: not enough memory for this run; unfinished output was removed\n");
  // Another fault: whoever looked after them before meets it again.
  sigaction(signal, &former_fault, 0);
}

void ck_watch_memory(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_abort;
  sigaction(SIGABRT, &action, 0);
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSEGV, &action, &former_fault);
}
