// OpenBLAS gives the BLAS; Debian builds it without LAPACKE, which is a library
// of its own, so the module map links both.
#include <cblas.h>
#include <lapacke.h>
