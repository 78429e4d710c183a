/* The interface is implemented in Swift; this file makes its header a module. */
#include "dorsal.h"
