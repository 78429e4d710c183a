// OpenBLAS gives the BLAS; Debian builds it without LAPACKE, which is a library
// of its own, so the module map links both.
#include <cblas.h>
#include <lapacke.h>

// OpenBLAS starts threads when it is loaded, which look for work for some hundredths of a
// second before they sleep. It ends them by this function when the process forks or exits; a
// build without threads has none.
int blas_thread_shutdown_(void) __attribute__((weak));
static inline void openblas_end_threads(void) {
  if (blas_thread_shutdown_) blas_thread_shutdown_();
}
